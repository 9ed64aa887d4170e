import { isDataRequired } from '@facet/testkit';
import { join } from 'node:path';
import type { Kind } from '../../packages/contracts/src/index.ts';
import { toolsOf } from '../kinds/tools-of.ts';
import { readArguments, wholeNumber, CommandError, type Command, type CommandContext } from './command.ts';
import type { ServedInfo } from './evaluate/evaluator.ts';
import { measureVersion } from './evaluate/measure-version.ts';
import { chooseModels, modelsDir, modelsDirOption, readChosen } from './folders.ts';
import { serveModels } from './serve-models.ts';
import { formatTable } from './table.ts';

/** What is asked of one task. */
interface Asked {
  readonly task: string;
  readonly kind: Kind;
  readonly versions: readonly string[];
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
  { task, kind, versions: wanted, sample }: Asked,
  base: string,
  failures: ReadonlyMap<string, string>,
  directory: string,
  { env, note }: CommandContext,
): Promise<Line[]> {
  const answer = await fetch(`${base}/model_info`);
  if (!answer.ok && failures.size === 0) throw new CommandError(`${base}/model_info returned ${answer.status}; ${base}/health gives the reason.`);
  const served = answer.ok ? ((await answer.json()) as { versions: Record<string, ServedInfo> }).versions : {};
  const { evaluators } = await toolsOf(kind);
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
    const circumstances = { url: `${base}/${version}/predict`, folder: join(directory, task, version), sample, dataRequired: isDataRequired(env) };
    const outcomes = await measureVersion(model, evaluators, circumstances);
    lines.push(
      ...outcomes.map(({ metric, claim, found, samples, verdict, failed }) => ({ cells: [task, version, metric, claim, found, samples, verdict], failed })),
    );
    note(`${task} ${version}: ${outcomes.length} numbers in ${((performance.now() - beganAt) / 1000).toFixed(0)} s`);
  }
  return lines;
}

/** Measures a task on a running gateway, or on a service that is started for it. */
async function evaluateTask(asked: Asked, url: string | undefined, directory: string, context: CommandContext): Promise<Line[]> {
  const { task, kind, versions } = asked;
  if (url !== undefined) return measureTask(asked, `${url}/${task}`, new Map(), directory, context);
  const service = await serveModels(kind, task, { MODELS_DIR: directory, MODEL_VERSIONS: versions.join(',') });
  try {
    return await measureTask(asked, service.url, service.failures, directory, context);
  } finally {
    await service.stop();
  }
}

export const evaluate: Command = {
  usage: `models evaluate [--task TASK] [--version VERSION] [--sample N] [--url GATEWAY] [--models-dir DIR]
  Measures every metric in the manifests again, through HTTP and in the files, and fails if a manifest claims more than measured.
  --sample N uses N evenly spread items of each dataset (the small detection sets are always used in full).
  --url evaluates a running suite; without it, services are started on free ports.`,

  async run(args, context) {
    const options = { ...modelsDirOption, task: { type: 'string' }, version: { type: 'string' }, sample: { type: 'string' }, url: { type: 'string' } } as const;
    const { values } = readArguments(args, options);
    const chosen = readChosen(values);
    const sample = values.sample === undefined ? undefined : wholeNumber(values.sample, '--sample');
    if (values.url !== undefined && !URL.canParse(values.url))
      throw new CommandError(`--url: expected an address such as http://127.0.0.1:8080, found '${values.url}'.`, 2);
    const directory = modelsDir(values['models-dir'], context.env);

    const lines: Line[] = [];
    const models = await chooseModels(directory, chosen);
    for (const [task, ofTask] of Map.groupBy(models, (model) => model.task)) {
      const asked: Asked = { task, kind: ofTask[0]!.kind, versions: ofTask.map(({ version }) => version), sample };
      lines.push(...(await evaluateTask(asked, values.url?.replace(/\/+$/, ''), directory, context)));
    }
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
