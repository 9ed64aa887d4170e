import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { detectionFields } from './config.ts';
import { detectionFeatures } from './model/features.ts';

await runMain('detection', async () => {
  const config = loadConfig(detectionFields, process.env);
  await startService('detection', config, {
    features: detectionFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).detectionTask(config, parts),
  });
});
