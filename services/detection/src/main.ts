import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { startService } from '@facet/serving';
import { detectionFields } from './config.ts';
import { detectionTask } from './model/index.ts';

await runMain('detection', () => {
  const config = loadConfig(detectionFields, process.env);
  return startService('detection', config, (parts) => detectionTask(config, parts));
});
