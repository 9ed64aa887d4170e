import { join } from 'node:path';
import type { InferenceConfig } from './inference-fields.ts';

/** Where a version lies. */
export function modelPath(config: InferenceConfig, task: string, version: string): string {
  return config.modelPaths[version] ?? join(config.modelsDir, task, version);
}
