import { onStop } from '@facet/config';
import { backoffMs } from '@facet/math';
import { relayMetrics, type Log } from '@facet/telemetry';
import cluster, { type Worker } from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface SuperviseOptions {
  /** Processes that serve, each with an event loop of its own, behind one port. */
  readonly processes: number;
  readonly log: Log;
  /** Ends what this process does for the others, after the last of them has gone. */
  readonly close?: () => Promise<void>;
}

/**
 * For a process that serves alone, beside threads that run large models. Decoded pictures are memory outside of V8's heap, a megabyte a
 * request: it takes their growth for a sign to begin marking, several times a second, and the event loop was half busy with that. Without
 * a beginning it collects once there is something to collect.
 */
export function collectLess(): void {
  setFlagsFromString('--no-incremental-marking');
}

/** Gives back what starting has left behind, a fifth of a process that from now on does next to nothing and so would never collect. */
function collectOnce(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}

const backoff = { firstMs: 100, mostMs: 10_000 };
/** A process that has lived for this long was well; the next failure counts as the first. */
const settledMs = 30_000;

/** A signal to a whole process group has reached this process by then. */
const signalDelayMs = 100;

/** True in the process that was started; false in those that it runs beside it. */
export function isPrimary(): boolean {
  return cluster.isPrimary;
}

/** True in a process that joins others which serve already: it must not listen before it can answer. */
export function isJoining(): boolean {
  return (cluster.worker?.id ?? 1) > 1;
}

/**
 * Runs this program in several processes and keeps them running; ends when told to, after they have drained.
 *
 * Connections are handed out in turn (node:cluster's default), so that few connections are spread evenly too.
 */
export function supervise({ processes, log, close = () => Promise.resolve() }: SuperviseOptions): void {
  relayMetrics();
  let stopping = false;
  let failures = 0;
  /** Every one that has not ended, also those that only drain. */
  const living = new Set<Worker>();
  const hasListened = new WeakSet<Worker>();

  const fork = (): void => {
    if (stopping) return;
    const startedAt = performance.now();
    const worker = cluster.fork();
    living.add(worker);
    worker.once('exit', (code, signal) => {
      living.delete(worker);
      // Where a signal goes to all processes at once, this one may hear of it after the other has ended.
      const wasStopped = code === 0 || signal === 'SIGTERM' || signal === 'SIGINT';
      setTimeout(() => replace(worker, performance.now() - startedAt, { code, signal }), wasStopped ? signalDelayMs : 0);
    });
  };
  const replace = (worker: Worker, livedMs: number, ending: { readonly code: number; readonly signal: string }): void => {
    if (stopping) return;
    // What cannot start at all says so itself; going on would only repeat it. Where others serve, they do not end for it.
    if (livedMs < settledMs && !hasListened.has(worker) && living.size === 0) process.exit(ending.code || 1);
    if (livedMs > settledMs) failures = 0;
    const pauseMs = backoffMs(failures, backoff);
    failures += 1;
    log.error({ ...ending, backoffMs: pauseMs }, 'a serving process died; restarting it');
    setTimeout(fork, pauseMs);
  };
  cluster.on('listening', (worker) => hasListened.add(worker));
  // The first shows whether they can start at all; the others follow when it listens.
  cluster.once('listening', () => {
    for (let count = 1; count < processes; count += 1) fork();
    collectOnce();
  });
  fork();
  // Each has the log file open for itself. One that starts opens it later, and may not handle the signal yet.
  process.on('SIGHUP', () => {
    for (const worker of living) if (hasListened.has(worker)) worker.process.kill('SIGHUP');
  });

  const end = (code: number): void => {
    const failed = (error: unknown) => log.error({ err: error }, 'closing failed');
    void close().then(
      () => log.flush(() => process.exit(code)),
      (error: unknown) => {
        failed(error);
        log.flush(() => process.exit(1));
      },
    );
  };

  /** Until the last of them has ended, this process does what they need of it. */
  const stop = (reason: string): void => {
    stopping = true;
    log.info({ reason, processes: living.size }, 'stopping');
    let worst = 0;
    if (living.size === 0) end(0);
    for (const worker of living) {
      worker.once('exit', (code, endedBy) => {
        // One that was still starting has nothing to drain: it ends by the signal.
        worst = Math.max(worst, endedBy === 'SIGTERM' || endedBy === 'SIGINT' ? 0 : (code ?? 1));
        if (living.size === 0) end(worst);
      });
      worker.process.kill('SIGTERM');
    }
  };
  onStop({ stop, repeated: (reason) => log.info({ reason, processes: living.size }, 'repeated stop signal; still draining') });
}
