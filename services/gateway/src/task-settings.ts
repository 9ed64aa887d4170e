import {
  aboutTaskFields,
  ConfigError,
  field,
  fieldByVersion,
  loadConfig,
  namesOfTaskSetting,
  parsed,
  serverUrl,
  versions,
  weights,
  type TaskNames,
} from '@facet/config';
import { contractOf, parseTasks, settingNames, taskContracts, withBodyLimit, type TaskContract, type TaskFile } from '@facet/contracts';
import { equalWeights } from '@facet/experiment';

type Env = Readonly<Record<string, string | undefined>>;

/** One task behind the gateway, as the configuration describes it. */
export interface TaskSettings {
  readonly contract: TaskContract;
  readonly url: string;
  /** Versions that it serves, in order. */
  readonly versions: readonly string[];
  /** Where a version answers, for those that run apart. */
  readonly versionUrls: Readonly<Record<string, string>>;
  readonly weights: Readonly<Record<string, number>>;
}

export const tasksField = field({
  env: 'TASKS',
  schema: parsed('names of tasks such as digit,helmets:detection, each with its kind unless that has the same name', parseTasks),
  fallback: taskContracts.map(({ task }) => task).join(','),
  doc: 'Tasks behind the gateway, in display order. Use `<name>:<kind>` if the name differs from the kind, such as `helmets:detection`.',
});

/** What the gateway is told of all tasks. */
interface CommonSettings {
  readonly tasks: readonly Pick<TaskFile, 'task' | 'kind'>[];
  readonly modelVersions: readonly string[];
  readonly weights: Readonly<Record<string, number>> | undefined;
  readonly bodyMaxBytes: number;
}

/**
 * The settings that every task has for itself.
 *
 * @param port where the service of that task listens on this machine unless it is told otherwise
 */
export function taskFields(names: TaskNames, port?: number) {
  const named = (rest: string) => namesOfTaskSetting(names, rest);
  return {
    url: field<string | undefined>({
      ...named('URL'),
      schema: serverUrl(),
      ...(port !== undefined && { fallback: `http://127.0.0.1:${port}` }),
      doc: 'URL of the service of a task, such as `TASK_DIGIT_URL`. Required except for the first three tasks, which default to this machine.',
    }),
    versionUrls: fieldByVersion({
      ...named('<VERSION>_URL'),
      schema: serverUrl(),
      doc: 'URL of one version, such as `TASK_DIGIT_V2_URL`, if versions run separately.',
    }),
    versions: field({ env: `${names.prefix}_VERSIONS`, schema: versions(), doc: 'Versions of the task. Defaults to `MODEL_VERSIONS`.' }),
    weights: field({
      ...named('AB_WEIGHTS'),
      schema: weights(),
      doc: 'Traffic weight of each version in `/<task>/predict`. Defaults to `AB_WEIGHTS`.',
    }),
    ...aboutTaskFields(names),
  };
}

/**
 * The tasks behind the gateway, in the order in which they are shown.
 *
 * @throws {ConfigError} naming every fault
 */
export function taskSettings(config: CommonSettings, env: Env): TaskSettings[] {
  const faults: string[] = [];
  const settings = config.tasks.map(({ task, kind }) => {
    const names = settingNames(task);
    const port = taskContracts.find((contract) => contract.task === task)?.port;
    let own;
    try {
      own = loadConfig(taskFields(names, port), env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
    const { url, taskTitle: title, taskDescription: description, taskDefaults: defaults } = own;
    if (url === undefined) faults.push(`${names.prefix}_URL: expected the URL of the service of '${task}', which TASKS names`);
    const served = own.versions ?? config.modelVersions;
    let contract: TaskContract;
    try {
      contract = contractOf({ task, kind, title, description, defaults });
    } catch (error) {
      faults.push(`${names.prefix}_DEFAULTS: ${(error as Error).message}`);
      return undefined;
    }
    return {
      contract: withBodyLimit(contract, own.taskBodyMaxBytes, config.bodyMaxBytes),
      url: url ?? '',
      versions: served,
      versionUrls: own.versionUrls,
      weights: own.weights ?? config.weights ?? equalWeights(served),
    };
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return settings.filter((each) => each !== undefined);
}
