import type { Fields } from '@facet/config';
import type { Kind } from '@facet/contracts';
import type { Feature } from '@facet/drift';
import { runMain } from '@facet/http';
import type { InferenceConfig } from './settings/inference-fields.ts';
import { loadTaskConfig, type TaskConfig } from './settings/task-settings.ts';
import { startService } from './start-service.ts';
import type { Task, TaskParts } from './task/task.ts';
import { pullModels } from './transfer/pull-models.ts';

interface Program<F extends Fields, Input, Answer extends object, Seen> {
  /** The settings of the service. */
  readonly fields: F;
  /** What its predictions are watched by; declared apart from the task, for the supervising process loads none. */
  readonly features: readonly Feature[];
  /** Loads and makes the task, in a process that serves. */
  readonly makeTask: (config: TaskConfig<F>, parts: TaskParts) => Promise<Task<Input, Answer, Seen>>;
}

/**
 * The program of a kind's service. With the argument `pull-models` it brings the models of its task from a bucket instead, and ends:
 * what an init container does before it.
 */
export async function runService<F extends Fields, Input, Answer extends object, Seen>(
  kind: Kind,
  env: Readonly<Record<string, string | undefined>>,
  { fields, features, makeTask }: Program<F, Input, Answer, Seen>,
): Promise<void> {
  if (process.argv[2] === 'pull-models') return runMain('pull-models', () => pullModels(kind, env, (line) => process.stdout.write(`${line}\n`)));
  await runMain(kind, async () => {
    const config = await loadTaskConfig(kind, fields, env);
    await startService(config as typeof config & InferenceConfig, { features, makeTask: (parts) => makeTask(config, parts) });
  });
}
