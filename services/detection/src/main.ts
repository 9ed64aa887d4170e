import { runMain } from '@facet/http';
import { loadTaskConfig, startService } from '@facet/serving';
import { detectionFields } from './config.ts';
import { detectionFeatures } from './model/features.ts';

await runMain('detection', async () => {
  const config = await loadTaskConfig('detection', detectionFields, process.env);
  await startService(config, {
    features: detectionFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).detectionTask(config, parts),
  });
});
