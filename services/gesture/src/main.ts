import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { gestureFields } from './config.ts';
import { handFeatures } from './model/features.ts';

await runMain('gesture', async () => {
  const config = loadConfig(gestureFields, process.env);
  await startService('gesture', config, {
    features: handFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).gestureTask(config, parts),
  });
});
