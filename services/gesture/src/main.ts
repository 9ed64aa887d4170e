import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { gestureFields } from './config.ts';
import { gestureTask } from './model/index.ts';

await runMain('gesture', () => {
  const config = loadConfig(gestureFields, process.env);
  return startService('gesture', config, (parts) => gestureTask(config, parts));
});
