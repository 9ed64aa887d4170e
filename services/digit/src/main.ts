import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { digitFields } from './config.ts';
import { digitFeatures } from './model/features.ts';

await runMain('digit', async () => {
  const config = loadConfig(digitFields, process.env);
  await startService('digit', config, {
    features: digitFeatures,
    makeTask: async (parts) => (await import('./model/index.ts')).digitTask(config, parts),
  });
});
