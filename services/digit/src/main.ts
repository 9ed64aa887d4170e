import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { digitFields } from './config.ts';

await runMain('digit', async () => {
  const config = loadConfig(digitFields, process.env);
  await startService('digit', config, async (parts) => (await import('./model/index.ts')).digitTask(config, parts));
});
