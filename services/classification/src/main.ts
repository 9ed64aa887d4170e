import { runMain } from '@facet/http';
import { loadTaskConfig, startService } from '@facet/serving';
import { classificationFields } from './config.ts';
import { classificationFeatures } from './model/features.ts';

await runMain('classification', async () => {
  const config = await loadTaskConfig('classification', classificationFields, process.env);
  await startService(config, {
    features: classificationFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).classificationTask(config, parts),
  });
});
