import { runService } from '@facet/serving';
import { gestureFields } from './config.ts';
import { handFeatures } from './model/features.ts';

await runService('gesture', process.env, {
  fields: gestureFields,
  features: handFeatures,
  makeTask: async (config, parts) => (await import('./model/index.ts')).gestureTask(config, parts),
});
