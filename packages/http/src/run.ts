import { onStop } from '@facet/config';
import type { Log } from '@facet/telemetry';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, type ListenConfig } from './listeners.ts';
import type { Shell } from './shell.ts';
import { isPrimary } from './supervise.ts';

interface RunOptions {
  readonly shell: Shell;
  readonly log: Log;
  readonly config: ListenConfig & {
    readonly port: number;
    /** Port of the operations calls, where they have one of their own. */
    readonly operationsPort: number | undefined;
    readonly drainDelayMs: number;
    readonly drainTimeoutMs: number;
  };
  /** Releases what the service holds, after the last answer. */
  readonly close: () => Promise<void>;
}

export interface Running {
  readonly port: number;
  readonly operationsPort: number | undefined;
  /** Drains and closes; further calls wait for the first. */
  stop(): Promise<void>;
}

/** From this delay on, someone in front spreads connections and will have left this process out before the delay is over. */
const balancedDelayMs = 2000;

/** Time in which all processes of a pod have stopped to listen. */
function settlingTime(drainDelayMs: number): number {
  return Math.min(1000, Math.max(150, drainDelayMs / 5));
}

/**
 * Time without a request after which idle connections are closed.
 *
 * A request may be on its way over one of them, or about to be: a client that got no CPU time for seconds looks as idle as one that has
 * left, and does not see a connection close before it has used it. In a cluster there is time to wait for such clients.
 */
function quietTime(drainDelayMs: number): number {
  return drainDelayMs < balancedDelayMs ? settlingTime(drainDelayMs) : drainDelayMs;
}

/**
 * Listens, and stops without losing a request.
 *
 * @throws {Error} one sentence when the port is taken
 */
export async function run({ shell, log, config, close }: RunOptions): Promise<Running> {
  const listeners = await listen({ config, port: config.port, setting: 'PORT', handle: shell.handle, streams: shell.streams });
  const { port } = listeners;
  const operations =
    config.operationsPort === undefined
      ? undefined
      : await listen({
          config: { ...config, maxConnections: undefined, maxConnectionsPerAddress: undefined },
          port: config.operationsPort,
          setting: 'OPERATIONS_PORT',
          handle: shell.handleOperations,
        });
  log.info({ hosts: config.hosts, port, ...(operations && { operationsPort: operations.port }) }, 'listening');

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= drain();
    return stopping;
  };

  async function drain(): Promise<void> {
    shell.draining = true;
    log.info({ open: shell.open, delayMs: config.drainDelayMs }, 'draining');
    // Readiness is 503 now; until everyone has noticed, new requests are answered. Their connections are kept: closing them
    // would only bring new ones, and those that wait to be accepted when the listener closes are reset by the kernel.
    // Behind a balancer new ones go elsewhere by half of the time: from then on each answer ends its connection, so that none
    // is left in use for a request to be on its way over it when it is closed.
    const farewellMs = config.drainDelayMs < balancedDelayMs ? 0 : config.drainDelayMs / 2;
    await sleep(config.drainDelayMs - farewellMs);
    shell.closing = farewellMs > 0;
    await sleep(farewellMs);
    listeners.close();
    // Clients whose connections end reconnect at once. They must not meet another process of this pod that still listens for a moment:
    // connections that wait there to be accepted are reset when it closes. So all stop listening before any ends a connection.
    if (!isPrimary()) await sleep(settlingTime(config.drainDelayMs));
    shell.closing = true;
    const goodbyes = shell.streams.close();
    const quietMs = quietTime(config.drainDelayMs);
    const until = performance.now() + config.drainTimeoutMs;
    shell.lastAnswerAt = performance.now();
    while (performance.now() < until && (shell.open > 0 || performance.now() - shell.lastAnswerAt < quietMs)) await sleep(10);
    if (shell.open > 0) log.warn({ open: shell.open }, 'drain timeout: requests were still in flight');
    await goodbyes;
    // Operations are answered to the end, so that the last counts can be scraped.
    operations?.close();
    for (const each of [listeners, operations]) each?.closeConnections();
    await close();
    log.info('stopped');
    await new Promise<void>((resolve) => log.flush(() => resolve()));
  }

  onStop({
    stop: (reason) => {
      log.info({ reason }, 'stopping');
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    },
    repeated: (reason) => log.info({ reason, open: shell.open }, 'repeated stop signal; still draining'),
  });

  return { port, operationsPort: operations?.port, stop };
}
