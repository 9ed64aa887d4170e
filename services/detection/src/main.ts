import { runService } from '@facet/serving';
import { detectionFields } from './config.ts';
import { detectionFeatures } from './model/features.ts';

await runService('detection', process.env, {
  fields: detectionFields,
  features: detectionFeatures,
  makeTask: async (config, parts) => (await import('./model/index.ts')).detectionTask(config, parts),
});
