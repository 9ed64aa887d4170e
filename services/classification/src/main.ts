import { runService } from '@facet/serving';
import { classificationFields } from './config.ts';
import { classificationFeatures } from './model/features.ts';

await runService('classification', process.env, {
  fields: classificationFields,
  features: classificationFeatures,
  makeTask: async (config, parts) => (await import('./model/index.ts')).classificationTask(config, parts),
});
