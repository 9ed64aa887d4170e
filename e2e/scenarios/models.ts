import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeModel, startBuckets, type Buckets } from '../cluster/buckets.ts';
import { apply, attempt, helm, kubectl, until } from '../cluster/commands.ts';
import { chart, createNamespace, podsOf, removeNamespace, settings } from '../cluster/release.ts';

const space = 'facet-e2e-models';
const port = 7171;

/** Changes a model without telling its manifest. */
async function damage(folder: string): Promise<void> {
  const file = join(folder, 'model.onnx');
  await writeFile(file, Buffer.concat([await readFile(file), Buffer.from([0x32, 1, 0x2e])]));
}

async function installed(name: string, values: readonly string[]): Promise<void> {
  await helm('install', name, chart('digit'), '-n', space, ...settings(['versions.v2.enabled=false', 'replicas=1', ...values]));
}

async function becomesReady(name: string): Promise<void> {
  await kubectl('rollout', 'status', `deployment/${name}-digit-v1`, '-n', space, '--timeout=120s');
}

/** What the pods say of the model that they serve. */
async function servedHash(name: string): Promise<string | undefined> {
  const [pod] = await podsOf(`${name}-digit-v1`, space);
  const script = `fetch('http://127.0.0.1:8080/model_info').then(r => r.text()).then(t => console.log(t))`;
  const out = await kubectl('exec', '-n', space, pod!.name, '-c', 'digit', '--', 'node', '-e', script);
  return /"sha256":"([0-9a-f]{64})"/.exec(out)?.[1];
}

/** The reason why a pod is not ready, in its own words. */
async function complaint(name: string): Promise<string> {
  const [pod] = await podsOf(`${name}-digit-v1`, space);
  // One by one: kubectl has no log at all for anyone when one container has not begun.
  const logs = await Promise.all(
    ['pull-models', 'digit'].map((container) => attempt('kubectl', ['logs', '-n', space, pod!.name, '-c', container, '--tail=50'])),
  );
  return logs.map(({ stdout }) => stdout).join('');
}

async function neverReady(name: string, reason: RegExp): Promise<void> {
  await until(`${name} says why it is not ready`, async () => reason.test(await complaint(name)), 90);
  await sleep(10_000);
  const pods = await podsOf(`${name}-digit-v1`, space);
  expect(pods.length).toBe(1);
  expect(pods[0]!.ready).toBe(false);
}

/**
 * Models that do not come with the image. The volume is a folder of this machine and the S3 server runs on it, so the nodes must be this
 * machine's too (`E2E_LOCAL_NODES=1`, as in the test cluster).
 */
export function describeModels(): void {
  const here = process.env['E2E_LOCAL_NODES'] === '1';
  const describeHere = here ? describe : describe.skip;
  describeHere(`models from a volume and from S3${here ? '' : ' (skipped: needs E2E_LOCAL_NODES=1, nodes on this machine)'}`, () => {
    let folder = '';
    let buckets: Buckets | undefined;
    const hashes: Record<string, string> = {};

    beforeAll(async () => {
      await createNamespace(space);
      folder = await mkdtemp(join(tmpdir(), 'e2e-models-'));
      await chmod(folder, 0o755);
      for (const place of ['volume', 'bucket']) {
        hashes[place] = await makeModel(join(folder, place, 'digit', 'v1'), `served from a ${place}`);
        await makeModel(join(folder, `damaged-${place}`, 'digit', 'v1'), 'to be damaged');
        await damage(join(folder, `damaged-${place}`, 'digit', 'v1'));
      }
      for (const name of ['volume', 'damaged-volume']) {
        await apply(
          {
            apiVersion: 'v1',
            kind: 'PersistentVolume',
            metadata: { name: `e2e-${name}` },
            spec: {
              capacity: { storage: '1Gi' },
              accessModes: ['ReadOnlyMany'],
              storageClassName: 'e2e',
              persistentVolumeReclaimPolicy: 'Retain',
              hostPath: { path: join(folder, name), type: 'Directory' },
            },
          },
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name, namespace: space },
            spec: { accessModes: ['ReadOnlyMany'], storageClassName: 'e2e', volumeName: `e2e-${name}`, resources: { requests: { storage: '1Gi' } } },
          },
        );
      }
      const place = join(folder, 's3');
      await mkdir(place);
      for (const name of ['bucket', 'damaged-bucket']) await cp(join(folder, name), join(place, name, 'models'), { recursive: true });
      buckets = await startBuckets(place, port);
    }, 120_000);

    afterAll(async () => {
      buckets?.stop();
      await removeNamespace(space);
      await kubectl('delete', 'pv', 'e2e-volume', 'e2e-damaged-volume', '--ignore-not-found');
      if (folder !== '') await rm(folder, { recursive: true, force: true });
    }, 180_000);

    test('a volume: the pods serve the hash of the model in it', async () => {
      await installed('volume', ['model.source=pvc', 'model.pvc.existingClaim=volume']);
      await becomesReady('volume');
      expect(await servedHash('volume')).toBe(hashes['volume']);
    }, 240_000);

    test('S3: the pods serve the hash of the model in the bucket', async () => {
      await installed('bucket', buckets!.valuesOf('bucket'));
      await becomesReady('bucket');
      expect(await servedHash('bucket')).toBe(hashes['bucket']);
    }, 240_000);

    test('a file that is not what its manifest says never becomes ready, from a volume or from S3', async () => {
      await installed('torn', ['model.source=pvc', 'model.pvc.existingClaim=damaged-volume']);
      await installed('torn-s3', buckets!.valuesOf('damaged-bucket'));
      await neverReady('torn', /sha256/);
      await neverReady('torn-s3', /sha256/);
    }, 240_000);

    test('a model that is not the one whose hash the operator pinned never becomes ready', async () => {
      await installed('pinned', ['model.source=pvc', 'model.pvc.existingClaim=volume', `versions.v1.model.sha256=${'0'.repeat(64)}`]);
      await neverReady('pinned', /0{64}/);
    }, 240_000);
  });
}
