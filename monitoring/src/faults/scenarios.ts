import { spawnService, type SpawnedService } from '@facet/testkit';
import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A service with something wrong with it, and the alerts that must say so. */
export interface Scenario {
  /** The namespace in which it is scraped. */
  readonly name: string;
  readonly alerts: readonly string[];
  /** Clients that ask it one prediction after another. */
  readonly clients: number;
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

export const scenarios: readonly Scenario[] = [
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
