import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { digitFields } from './config.ts';
import { digitTask } from './model/index.ts';

await runMain('digit', () => {
  const config = loadConfig(digitFields, process.env);
  return startService('digit', config, (parts) => digitTask(config, parts));
});
