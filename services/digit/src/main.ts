import { runService } from '@facet/serving';
import { digitFields } from './config.ts';
import { digitFeatures } from './model/features.ts';

await runService('digit', process.env, {
  fields: digitFields,
  features: digitFeatures,
  makeTask: async (config, parts) => (await import('./model/index.ts')).digitTask(config, parts),
});
