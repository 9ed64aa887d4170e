import { runMain } from '@facet/http';
import { loadTaskConfig, startService } from '@facet/serving';
import { gestureFields } from './config.ts';
import { handFeatures } from './model/features.ts';

await runMain('gesture', async () => {
  const config = await loadTaskConfig('gesture', gestureFields, process.env);
  await startService(config, {
    features: handFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).gestureTask(config, parts),
  });
});
