import { spawnService, type SpawnedService } from '@facet/testkit';
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { awaitedMetrics } from '../verify/awaited.ts';

/** A service with something wrong with it, and the alerts that must say so. */
export interface Scenario {
  /** The namespace in which it is scraped. */
  readonly name: string;
  readonly alerts: readonly string[];
  /** Clients that ask it one prediction after another. */
  readonly clients: number;
  /** What they send, where it is not always the same hand. */
  readonly body?: (hand: string) => string;
  /** A metric without which there is nothing to say it by. */
  readonly needs?: string;
  start(): Promise<SpawnedService>;
  clean?(): Promise<void>;
}

const preloaded = (script: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, script)).href}`,
  SESSION_HOST: 'workers',
  WORKERS: '1',
  INTRA_OP_THREADS: '1',
  MODEL_VERSIONS: 'v1',
  ACCESS_LOG: 'false',
});

/** A copy of the model whose file is cut short, so that its hash does not fit. */
function withBrokenModel(): Pick<Scenario, 'start' | 'clean'> {
  let folder: string | undefined;
  return {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'facet-broken-model-'));
      await cp(join(import.meta.dirname, '..', '..', '..', 'models', 'gesture', 'v1'), folder, { recursive: true });
      await truncate(join(folder, 'model.onnx'), 100);
      return spawnService('gesture', { MODEL_V1_PATH: folder }, { unready: true });
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

function withoutStore(): Pick<Scenario, 'start' | 'clean'> {
  let folder: string | undefined;
  return {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'facet-state-'));
      return spawnService('gesture', { ...watched, STATE_DIR: folder });
    },
    async clean() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

const all: readonly Scenario[] = [
  {
    name: 'drift-no-store',
    alerts: ['DataDriftDetected', 'ActiveLearningStoreFailing', 'ActiveLearningDropping'],
    clients: 2,
    body: shaken,
    needs: 'data_drift_detected_total',
    ...withoutStore(),
  },
  { name: 'slow-model', alerts: ['HighLatency'], clients: 2, start: () => spawnService('gesture', preloaded('slow-worker.mjs')) },
  {
    name: 'full-queue',
    alerts: ['QueueSaturated', 'RequestsRejected', 'ErrorRatioHigh'],
    clients: 8,
    start: () => spawnService('gesture', { ...preloaded('slow-worker.mjs'), QUEUE_MAX_ROWS: '2' }),
  },
  { name: 'dying-workers', alerts: ['WorkerRestarts'], clients: 1, start: () => spawnService('gesture', preloaded('dying-worker.mjs')) },
  { name: 'broken-model', alerts: ['ModelNotReady'], clients: 0, ...withBrokenModel() },
];

/** Those that can be provoked: what has no metric yet cannot be told. */
export const scenarios = all.filter(({ needs }) => needs === undefined || !awaitedMetrics.includes(needs));
