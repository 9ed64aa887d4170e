import { aboutTaskFields, ConfigError, field, json, loadConfig, namesOfTaskSetting, parsed, type Config, type Fields, type TaskNames } from '@facet/config';
import { contractOf, readTaskFile, settingNames, taskFile, taskName, type Kind, type TaskContract, type TaskFile } from '@facet/contracts';
import type { InferenceConfig } from './inference-fields.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Settings of one task, each of which wins over its `task.json`. */
function declarationFields(names: TaskNames) {
  return {
    ...aboutTaskFields(names),
    taskLabels: field({
      env: `${names.prefix}_LABELS`,
      schema: json(taskFile.shape.labels.unwrap(), 'a JSON list of names, each once'),
      doc: 'Class names in the order of the model outputs. Defaults to the labels in `task.json`, or in each manifest.',
    }),
    taskActions: field({
      ...namesOfTaskSetting(names, 'ACTIONS'),
      schema: json(taskFile.shape.actions.unwrap(), 'a JSON object from gesture names to up, down, left or right'),
      doc: 'Control action per gesture class, for tasks of the kind gesture. Defaults to the actions in `task.json`, or `{"like":"up","dislike":"down","four":"right","three":"left"}`.',
    }),
  };
}

/** The settings of a service that say which task it serves, and what that task is. */
export function taskFields(kind: Kind) {
  return {
    task: field({
      env: 'TASK',
      schema: parsed('the name of a task', (raw) => taskName.safeParse(raw).data),
      fallback: kind,
      doc: 'Name of the task that this process serves, used in paths, in `MODELS_DIR` and in metrics.',
    }),
    ...declarationFields({ prefix: 'TASK_<TASK>', isFirst: false }),
  };
}

/**
 * What is declared of a task: its `task.json` beside the models, with the settings of the environment over it.
 *
 * @throws {ConfigError} naming every fault
 */
export async function readDeclaration(modelsDir: string, task: string, env: Env): Promise<Partial<TaskFile>> {
  const { taskTitle, taskDescription, taskBodyMaxBytes, taskDefaults, taskLabels, taskActions } = loadConfig(declarationFields(settingNames(task)), env);
  const file = await readTaskFile(modelsDir, task).catch((error: Error) => {
    throw new ConfigError([`TASK=${task}: ${error.message}`]);
  });
  const settings: Partial<TaskFile> = {
    title: taskTitle,
    description: taskDescription,
    limits: taskBodyMaxBytes === undefined ? undefined : { bodyMaxBytes: taskBodyMaxBytes },
    defaults: taskDefaults && { ...file?.defaults, ...taskDefaults },
    labels: taskLabels,
    actions: taskActions,
  };
  return { ...file, ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) };
}

/** The settings of a service, and what its task is. */
export type TaskConfig<F extends Fields> = Config<F> & {
  readonly contract: TaskContract;
  readonly declared: Partial<TaskFile>;
  /** Settings of the task that has the kind's name, under their older names, where this is another task: they do not hold for it. */
  readonly ignored: readonly string[];
};

function ignoredSettings(kind: Kind, task: string, env: Env): string[] {
  if (task === kind) return [];
  const fields: Fields = declarationFields(settingNames(kind));
  return Object.values(fields).flatMap(({ aliases = [] }) => aliases.filter((name) => env[name] !== undefined));
}

/**
 * Reads the settings of an inference service, and what is declared of its task.
 *
 * @throws {ConfigError} naming every fault
 */
export async function loadTaskConfig<F extends Fields>(kind: Kind, fields: F, env: Env): Promise<TaskConfig<F>> {
  const { task } = loadConfig({ task: taskFields(kind).task }, env);
  const config = loadConfig(fields, env) as unknown as Config<F> & InferenceConfig;
  const declared = await readDeclaration(config.modelsDir, task, env);
  if (declared.kind !== undefined && declared.kind !== kind)
    throw new ConfigError([`TASK=${task}: its task.json says kind ${declared.kind}, and this service serves ${kind}`]);
  try {
    const contract = contractOf({ ...declared, task, kind });
    return { ...config, taskBodyMaxBytes: declared.limits?.bodyMaxBytes, contract, declared, ignored: ignoredSettings(kind, task, env) };
  } catch (error) {
    throw new ConfigError([`TASK=${task}: its task.json or ${settingNames(task).prefix}_DEFAULTS has wrong ${(error as Error).message}`]);
  }
}
