import { join } from 'node:path';
import { oneOf, readArguments, wholeNumber, CommandError, type Command, type CommandContext } from './command.ts';
import { cells as bloodCells } from './evaluate/cells.ts';
import { digits } from './evaluate/digits.ts';
import type { Evaluator, ServedInfo } from './evaluate/evaluator.ts';
import { hands } from './evaluate/hands.ts';
import { measureVersion } from './evaluate/measure-version.ts';
import { objects } from './evaluate/objects.ts';
import { redrawnDigits } from './evaluate/redrawn.ts';
import { modelsDir, modelsDirOption, tasks, versions, type Task, type Version } from './folders.ts';
import { serveModels } from './serve-models.ts';
import { formatTable } from './table.ts';

const evaluators: Readonly<Record<Task, readonly Evaluator[]>> = { gesture: [hands], digit: [digits, redrawnDigits], detection: [objects, bloodCells] };

interface Chosen {
  readonly versions: readonly Version[];
  readonly sample: number | undefined;
}

/** One line of the table. */
interface Line {
  readonly cells: readonly string[];
  readonly failed: boolean;
}

/**
 * Measures the versions that a service at this address serves.
 *
 * @param failures why versions are not served, where it is known
 * @param directory where their files may lie
 */
async function measureTask(
  task: Task,
  base: string,
  failures: ReadonlyMap<string, string>,
  directory: string,
  { versions: wanted, sample }: Chosen,
  { env, note }: CommandContext,
): Promise<Line[]> {
  const answer = await fetch(`${base}/model_info`);
  if (!answer.ok && failures.size === 0) throw new CommandError(`${base}/model_info answered ${answer.status}; ${base}/health says why.`);
  const served = answer.ok ? ((await answer.json()) as { versions: Record<string, ServedInfo> }).versions : {};
  const lines: Line[] = [];
  for (const version of wanted) {
    const model = served[version];
    if (!model) {
      const reason = failures.has(version) ? `: ${failures.get(version)}` : '';
      lines.push({ cells: [task, version, '', '', '', '', `FAIL: not served${reason}`], failed: true });
      continue;
    }
    note(`${task} ${version}: measuring …`);
    const beganAt = performance.now();
    // In CI the data must be there: what is skipped in silence is soon no longer true.
    const circumstances = { url: `${base}/${version}/predict`, folder: join(directory, task, version), sample, dataRequired: Boolean(env['CI']) };
    const outcomes = await measureVersion(model, evaluators[task], circumstances);
    lines.push(
      ...outcomes.map(({ metric, claim, found, samples, verdict, failed }) => ({ cells: [task, version, metric, claim, found, samples, verdict], failed })),
    );
    note(`${task} ${version}: ${outcomes.length} numbers in ${((performance.now() - beganAt) / 1000).toFixed(0)} s`);
  }
  return lines;
}

/** Measures a task on a running gateway, or on a service that is started for it. */
async function evaluateTask(task: Task, url: string | undefined, directory: string, chosen: Chosen, context: CommandContext): Promise<Line[]> {
  if (url !== undefined) return measureTask(task, `${url}/${task}`, new Map(), directory, chosen, context);
  const service = await serveModels(task, { MODELS_DIR: directory, MODEL_VERSIONS: chosen.versions.join(',') });
  try {
    return await measureTask(task, service.url, service.failures, directory, chosen, context);
  } finally {
    await service.stop();
  }
}

export const evaluate: Command = {
  usage: `models evaluate [--task TASK] [--version VERSION] [--sample N] [--url GATEWAY] [--models-dir DIR]
  Measures again every number that the manifests claim, through HTTP and in the files, and fails when one claims more than is found.
  --sample N asks N items of each data set, spread evenly (the few pictures of detectors are always asked in full).
  --url measures a running suite; without it, services are started on free ports.`,

  async run(args, context) {
    const options = { ...modelsDirOption, task: { type: 'string' }, version: { type: 'string' }, sample: { type: 'string' }, url: { type: 'string' } } as const;
    const { values } = readArguments(args, options);
    const chosenTasks = values.task === undefined ? tasks : [oneOf(values.task, tasks, '--task')];
    const chosen = {
      versions: values.version === undefined ? versions : [oneOf(values.version, versions, '--version')],
      sample: values.sample === undefined ? undefined : wholeNumber(values.sample, '--sample'),
    };
    if (values.url !== undefined && !URL.canParse(values.url))
      throw new CommandError(`--url: expected an address such as http://127.0.0.1:8080, found '${values.url}'.`, 2);
    const directory = modelsDir(values['models-dir'], context.env);

    const lines: Line[] = [];
    for (const task of chosenTasks) lines.push(...(await evaluateTask(task, values.url?.replace(/\/+$/, ''), directory, chosen, context)));
    context.print(
      formatTable(
        ['task', 'version', 'metric', 'claim', 'found', 'samples', 'verdict'],
        lines.map(({ cells }) => cells),
        ['claim', 'found', 'samples'],
      ),
    );
    return lines.some(({ failed }) => failed) ? 1 : 0;
  },
};
