import { spawnService, type SpawnedService } from '@facet/testkit';
import { builtInVersions, gestureContract } from '../../../packages/contracts/src/index.ts';
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The kind whose service is broken: the one that answers soonest. */
export const service = gestureContract.kind;

/** A service with something wrong with it, and the alerts that must say so. */
export interface Scenario {
  /** The namespace in which it is scraped. */
  readonly name: string;
  readonly alerts: readonly string[];
  /** Clients that ask it one prediction after another. */
  readonly clients: number;
  /** What is started, where it is not `service`. */
  readonly service?: 'gateway';
  /** Where they send it, in turn; to v1 by default. */
  readonly paths?: readonly string[];
  /** What they send, where it is not always the same hand. */
  readonly body?: (hand: string) => string;
  start(): Promise<SpawnedService>;
  clean?(): Promise<void>;
}

const importing = (script: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, script)).href}`,
  ACCESS_LOG: 'false',
});

const preloaded = (script: string): Record<string, string> => ({
  ...importing(script),
  SESSION_HOST: 'workers',
  WORKERS: '1',
  INTRA_OP_THREADS: '1',
  MODEL_VERSIONS: 'v1',
});

/** A task with a name of its user's choice: objectives follow it. */
const ownTask = (url: string): Record<string, string> => ({ TASKS: `hands:${service}`, TASK_HANDS_URL: url, TASK_HANDS_VERSIONS: 'v1' });

/** The gateway in front of a service that has something wrong with it; they end together. */
async function behindGateway(env: Record<string, string>): Promise<SpawnedService> {
  const behind = await spawnService(service, env);
  const gateway = await spawnService('gateway', { ...ownTask(behind.url), ACCESS_LOG: 'false' });
  return {
    ...gateway,
    async stop() {
      const code = await gateway.stop();
      await behind.stop();
      return code;
    },
  };
}

/** A copy of the model whose file is cut short, so that its hash does not fit. */
function withBrokenModel(): Pick<Scenario, 'start' | 'clean'> {
  let folder: string | undefined;
  return {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'facet-broken-model-'));
      await cp(join(import.meta.dirname, '..', '..', '..', 'models', service, 'v1'), folder, { recursive: true });
      await truncate(join(folder, 'model.onnx'), 100);
      return spawnService(service, { MODEL_V1_PATH: folder }, { unready: true });
    },
    async clean() {
      if (folder !== undefined) await rm(folder, { recursive: true });
    },
  };
}

/** The hand with every landmark moved about: nobody makes it, and none is like another. */
function shaken(hand: string): string {
  const { landmarks } = JSON.parse(hand) as { landmarks: { x: number; y: number }[] };
  const about = (value: number): number => value + (Math.random() - 0.5) * 0.4;
  return JSON.stringify({ landmarks: landmarks.map(({ x, y }) => ({ x: about(x), y: about(y) })) });
}

/** Watches every prediction; what it keeps goes to a bucket behind which nobody listens. */
const watched = {
  ACCESS_LOG: 'false',
  OBSERVE_MAX_PER_SECOND: '1000',
  UNCERTAINTY_THRESHOLD: '0',
  SAMPLES_MAX_PER_SECOND: '1000',
  SAMPLES_QUEUE_BYTES: '4KiB',
  S3_BUCKET_NAME: 'samples',
  S3_ENDPOINT: 'http://127.0.0.1:1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-west-2',
};

/** A service with a folder of its own, which is gone afterwards. */
function withFolder(env: (folder: string) => Record<string, string>): Pick<Scenario, 'start' | 'clean'> {
  let folder: string | undefined;
  return {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'facet-state-'));
      return spawnService(service, env(folder));
    },
    async clean() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'drift-no-store',
    alerts: ['DataDriftDetected', 'ActiveLearningStoreFailing', 'ActiveLearningDropping'],
    clients: 2,
    body: shaken,
    ...withFolder((folder) => ({ ...watched, STATE_DIR: folder })),
  },
  { name: 'slow-model', alerts: ['HighLatency'], clients: 2, start: () => spawnService(service, preloaded('slow-worker.mjs')) },
  {
    name: 'slow-behind-gateway',
    alerts: ['LatencyBurn'],
    clients: 2,
    service: 'gateway',
    paths: ['/hands/v1/predict'],
    start: () => behindGateway(preloaded('slow-worker.mjs')),
  },
  {
    name: 'nobody-behind-gateway',
    alerts: ['AvailabilityBurn'],
    clients: 1,
    service: 'gateway',
    paths: ['/hands/predict'],
    start: () => spawnService('gateway', { ...ownTask('http://127.0.0.1:1'), ACCESS_LOG: 'false' }),
  },
  {
    name: 'worse-v2',
    alerts: ['VersionFailsMore', 'VersionSlower'],
    // One at a time, and a worker for each version: v1 must not wait for v2.
    clients: 1,
    paths: ['/v1/predict', '/v2/predict'],
    start: () => spawnService(service, { ...preloaded('worse-v2.mjs'), WORKERS: '2', MODEL_VERSIONS: builtInVersions.join(',') }),
  },
  {
    name: 'full-queue',
    alerts: ['QueueSaturated', 'RequestsRejected', 'ErrorRatioHigh'],
    clients: 8,
    start: () => spawnService(service, { ...preloaded('slow-worker.mjs'), QUEUE_MAX_ROWS: '2' }),
  },
  { name: 'dying-workers', alerts: ['WorkerRestarts'], clients: 1, start: () => spawnService(service, preloaded('dying-worker.mjs')) },
  {
    name: 'full-disk',
    alerts: ['AuditFailing', 'StorageWriteFailing'],
    clients: 1,
    ...withFolder((folder) => ({ ...importing('full-disk.mjs'), AUDIT: 'hash', AUDIT_TO: folder })),
  },
  { name: 'blocked-loop', alerts: ['EventLoopBlocked'], clients: 0, start: () => spawnService(service, importing('blocked-loop.mjs')) },
  {
    name: 'useless-input',
    alerts: ['InvalidInputsHigh'],
    clients: 2,
    body: () => '{"landmarks":[]}',
    start: () => spawnService(service, { ACCESS_LOG: 'false' }),
  },
  {
    name: 'redis-away',
    alerts: ['RedisFailing'],
    clients: 0,
    start: () => spawnService(service, { REDIS_URL: 'redis://127.0.0.1:1', ACCESS_LOG: 'false' }),
  },
  { name: 'broken-model', alerts: ['ModelNotReady'], clients: 0, ...withBrokenModel() },
];

/** Alerts that are provoked elsewhere, or by promtool's cases alone. */
export const provokedElsewhere: Readonly<Record<string, string>> = {
  ScrapeFailing: 'by killing the last of these services',
  HpaAtMaximum: 'in the cluster (e2e): an autoscaler whose largest size is its smallest',
  PodsRestarting: 'in the cluster (e2e): a pod with a setting that it refuses',
  NoEndpoints: 'in the cluster (e2e): a Deployment without pods',
  EndpointsEjected: 'in the cluster (e2e): an endpoint without a listener',
  ScrapeMissing: "by promtool alone: it compares with an hour ago, also at the tests' pace longer than their Prometheus runs",
  AuditLosing: 'by promtool and by the tests of the ledger: 64 MiB of records must wait before',
};
