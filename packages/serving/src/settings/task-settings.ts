import { ConfigError, field, loadConfig, parsed, taskBodyField, type Config, type Field, type Fields } from '@facet/config';
import { contractOf, readTaskFile, settingNames, taskName, type Kind, type TaskContract, type TaskFile } from '@facet/contracts';
import type { InferenceConfig } from './inference-fields.ts';

/** What a service of some kind is told of the task that it serves. */
export function taskFields(kind: Kind): { readonly task: Field<string>; readonly taskBodyMaxBytes: Field<number | undefined> } {
  return {
    task: field({
      env: 'TASK',
      schema: parsed('the name of a task', (raw) => taskName.safeParse(raw).data),
      fallback: kind,
      doc: 'Name of the task that this process serves: of its paths, its models below `MODELS_DIR`, its metrics.',
    }),
    taskBodyMaxBytes: taskBodyField({ prefix: 'TASK_<TASK>', isFirst: false }),
  };
}

/** The settings of a service, and what its task is. */
export type TaskConfig<F extends Fields> = Config<F> & {
  readonly contract: TaskContract;
  /** What `task.json` says of it besides. */
  readonly declared: Pick<TaskFile, 'defaults' | 'actions'>;
};

/**
 * Reads the settings of an inference service, and the declaration of its task beside its models. A setting wins over the declaration.
 *
 * @throws {ConfigError} naming every fault
 */
export async function loadTaskConfig<F extends Fields>(kind: Kind, fields: F, env: Readonly<Record<string, string | undefined>>): Promise<TaskConfig<F>> {
  const { task } = loadConfig({ task: taskFields(kind).task }, env);
  const config = loadConfig({ ...fields, taskBodyMaxBytes: taskBodyField(settingNames(task)) }, env) as unknown as Config<F> & InferenceConfig;
  const file = await readTaskFile(config.modelsDir, task).catch((error: Error) => {
    throw new ConfigError([`TASK=${task}: ${error.message}`]);
  });
  if (file && file.kind !== kind) throw new ConfigError([`TASK=${task}: its task.json says kind ${file.kind}, and this service serves ${kind}`]);
  let contract: TaskContract;
  try {
    contract = contractOf({ ...file, task, kind });
  } catch (error) {
    throw new ConfigError([`TASK=${task}: its task.json has wrong ${(error as Error).message}`]);
  }
  return {
    ...config,
    taskBodyMaxBytes: config.taskBodyMaxBytes ?? file?.limits?.bodyMaxBytes,
    contract,
    declared: { defaults: file?.defaults, actions: file?.actions },
  };
}
