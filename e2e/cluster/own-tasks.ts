import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyClassifier } from '../../scripts/models/import/fixtures/tiny-models.ts';
import { makeModel, startBuckets, type Buckets } from './buckets.ts';
import { run } from './commands.ts';
import { upgradeSuite } from './release.ts';

const root = join(import.meta.dirname, '..', '..');
const example = join(root, 'examples', 'blood-cells', 'detection', 'v1');

interface OwnTask {
  readonly kind: string;
  /** Shares of its versions, in percent. */
  readonly weights: Readonly<Record<string, number>>;
  /** Options of its import, beside the file. */
  readonly options: readonly string[];
}

/** Tasks that the suite does not have by itself: a detector, a classifier, and gestures with other names. */
export const ownTasks = {
  'blood-cells': {
    kind: 'detection',

    weights: { v1: 100 },
    options: ['--anchor', 'top-left', '--golden', join(example, 'golden', 'input.jpg')],
  },
  flowers: { kind: 'classification', weights: { v1: 100 }, options: [] },
  signs: { kind: 'gesture', weights: { v1: 70, v2: 20, v3: 10 }, options: [] },
} as const satisfies Record<string, OwnTask>;

/** By name. */
const entries: readonly (readonly [string, OwnTask])[] = Object.entries(ownTasks);
export const ownDeployments = entries.flatMap(([task, { weights }]) => Object.keys(weights).map((version) => `facet-${task}-${version}`));

/** The bucket is on this machine, so the nodes must be this machine's too. */
export const canHaveOwnTasks = process.env['E2E_LOCAL_NODES'] === '1';

const port = 7172;
let folder: string | undefined;
let buckets: Buckets | undefined;

/** Imports a file as the first version of a task, as its user does. */
async function importModel(models: string, task: string, file: string, labels?: readonly string[]): Promise<void> {
  const { kind, options }: OwnTask = ownTasks[task as keyof typeof ownTasks];
  const names = join(models, `${task}.txt`);
  if (labels) await writeFile(names, labels.join('\n'));
  const command = [
    '--conditions=source',
    join(root, 'scripts', 'models.ts'),
    'import',
    file,
    '--task',
    task,
    '--kind',
    kind,
    '--models-dir',
    models,
    ...options,
  ];
  await run(process.execPath, [...command, ...(labels ? ['--labels', names] : [])]);
}

/** Imports the models into a bucket, where that was not done. */
export async function importOwnTasks(): Promise<void> {
  if (buckets) return;
  folder = await mkdtemp(join(tmpdir(), 'e2e-own-tasks-'));
  await chmod(folder, 0o755);
  const models = join(folder, 'own', 'models');
  const flowers = join(folder, 'flowers.onnx');
  await Promise.all([mkdir(models, { recursive: true }), writeFile(flowers, tinyClassifier())]);
  await Promise.all([
    importModel(models, 'blood-cells', join(example, 'model.onnx')),
    importModel(models, 'flowers', flowers, ['rose', 'leaf', 'sky']),
    importModel(
      models,
      'signs',
      join(root, 'models', 'gesture', 'v1', 'model.onnx'),
      Array.from({ length: 18 }, (_, index) => `sign ${index + 1}`),
    ),
  ]);
  for (const version of ['v2', 'v3']) await makeModel(join(models, 'signs', version), `${version} of signs`, { version, source: join(models, 'signs', 'v1') });
  buckets = await startBuckets(folder, port);
}

/** Installs the tasks in one upgrade, if they are not there, with what else a release is to be upgraded to. */
export async function addOwnTasks(values: readonly string[] = []): Promise<void> {
  await importOwnTasks();
  const own = entries.flatMap(([task, { kind, weights }]) => {
    const prefix = `tasks.${task}.`;
    const shares = Object.entries(weights).map(([version, weight]) => `${prefix}versions.${version}.weight=${weight}`);
    return [`${prefix}kind=${kind}`, `${prefix}replicas=1`, ...shares, ...buckets!.valuesOf('own', prefix)];
  });
  await upgradeSuite([...values, ...own], ['--reuse-values']);
}

/** With `--reuse-values` alone Helm would take what the last release was rendered with for the chart's own values, and a null takes nothing from those. */
export async function removeOwnTasks(): Promise<void> {
  await upgradeSuite(
    entries.map(([task]) => `tasks.${task}=null`),
    ['--reset-then-reuse-values'],
  );
}

/** Stops the server of their models. */
export async function closeOwnTasks(): Promise<void> {
  buckets?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
