import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuckets, makeModel, type Buckets } from './buckets.ts';
import { upgradeSuite } from './release.ts';

/** A task that the suite does not have by itself: digits under another name, in three versions, with models from a bucket. */
export const ownTask = 'postcodes';
export const ownWeights: Readonly<Record<string, number>> = { v1: 70, v2: 20, v3: 10 };
export const ownDeployments = Object.keys(ownWeights).map((version) => `facet-${ownTask}-${version}`);

/** The bucket is on this machine, so the nodes must be this machine's too. */
export const canHaveOwnTask = process.env['E2E_LOCAL_NODES'] === '1';

const port = 7172;
let folder: string | undefined;
let buckets: Buckets | undefined;

/** Installs the task, if it is not there, with what else a release is to be upgraded to. */
export async function addOwnTask(values: readonly string[] = []): Promise<void> {
  if (!buckets) {
    folder = await mkdtemp(join(tmpdir(), 'e2e-own-task-'));
    await chmod(folder, 0o755);
    for (const version of Object.keys(ownWeights))
      await makeModel(join(folder, 'own', 'models', ownTask, version), `${version} of ${ownTask}`, { task: ownTask, version });
    buckets = await startBuckets(folder, port);
  }
  const prefix = `tasks.${ownTask}.`;
  const shares = Object.entries(ownWeights).map(([version, weight]) => `${prefix}versions.${version}.weight=${weight}`);
  await upgradeSuite([...values, `${prefix}kind=digit`, `${prefix}replicas=1`, ...shares, ...buckets.valuesOf('own', prefix)], ['--reuse-values']);
}

/** With `--reuse-values` alone Helm would take what the last release was rendered with for the chart's own values, and a null takes nothing from those. */
export async function removeOwnTask(): Promise<void> {
  await upgradeSuite([`tasks.${ownTask}=null`], ['--reset-then-reuse-values']);
}

/** Stops the server of its models. */
export async function closeOwnTask(): Promise<void> {
  buckets?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
