import { spawnService, type SpawnedService } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kind } from '../../packages/contracts/src/index.ts';

interface Health {
  readonly models: Readonly<Record<string, { readonly status: 'loading' | 'ready' | 'failed'; readonly reason?: string }>>;
}

/** A service of its own on a free port, with what became of its models. */
export interface Serving extends SpawnedService {
  /** Why a version cannot be served, by version; empty when all passed their golden inference. */
  readonly failures: ReadonlyMap<string, string>;
}

const loadTimeoutMs = 120_000;

/**
 * Starts the task's service and waits until each of its models has passed its golden inference or failed.
 *
 * @param env the service's settings, such as `MODEL_VERSIONS` and `MODEL_V1_PATH`
 * @throws {Error} when the service itself does not start, or does not finish loading
 */
export async function serveModels(kind: Kind, task: string, env: Readonly<Record<string, string>>): Promise<Serving> {
  const service = await spawnService(kind, { ACCESS_LOG: 'false', TASK: task, ...env }, { unready: true });
  const until = Date.now() + loadTimeoutMs;
  for (;;) {
    const { models } = (await (await fetch(`${service.url}/health`)).json()) as Health;
    const states = Object.entries(models);
    if (states.every(([, { status }]) => status !== 'loading')) {
      return { ...service, failures: new Map(states.flatMap(([version, { reason }]) => (reason === undefined ? [] : [[version, reason]]))) };
    }
    if (Date.now() > until) {
      await service.stop();
      throw new Error(`the ${task} service did not finish loading within ${loadTimeoutMs / 1000} s`);
    }
    await sleep(20);
  }
}

/** The settings under which a service loads one version from one folder, and nothing else. */
export function onlyModel(version: string, path: string): Record<string, string> {
  return { MODEL_VERSIONS: version, [`MODEL_${version.toUpperCase()}_PATH`]: path, AB_WEIGHTS: `${version}=100` };
}
