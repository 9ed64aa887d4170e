import { runMain } from '@facet/http';
import { loadTaskConfig, startService } from '@facet/serving';
import { digitFields } from './config.ts';
import { digitFeatures } from './model/features.ts';

await runMain('digit', async () => {
  const config = await loadTaskConfig('digit', digitFields, process.env);
  await startService(config, {
    features: digitFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).digitTask(config, parts),
  });
});
