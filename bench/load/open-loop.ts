import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Connection } from './connection.ts';
import type { PacerJob } from './pacer.ts';
import { LoadAggregator, type LoadResult } from './load-aggregator.ts';

export interface OpenLoop {
  readonly kind: 'open';
  readonly port: number;
  /** Arrivals a second, on average. */
  readonly rate: number;
  /** Equal seeds make equal arrivals. */
  readonly seed: number;
  /** Requests beyond so many wait in the generator; their clock runs. */
  readonly maxConnections: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** How long answers may take that are still missing when the last request was due. */
const graceMs = 3000;

/**
 * Requests arrive when they arrive, whether or not earlier ones are answered (a Poisson process), and latency runs from the moment at
 * which a request was due. So a server that stalls is charged for all who would have come meanwhile, not for one a connection.
 */
export async function openLoop({ port, rate, seed, maxConnections, warmupSeconds, seconds }: OpenLoop, request: Buffer): Promise<LoadResult> {
  const aggregator = new LoadAggregator();
  const idle: Connection[] = [];
  const all: Connection[] = [];
  const waiting: number[] = [];
  let nextWaiting = 0;
  /** When the requests were due that have no answer yet. */
  const unanswered = new Set<number>();

  const send = (dueAt: number): void => {
    const client = idle.pop() ?? open();
    if (!client) {
      waiting.push(dueAt);
      return;
    }
    client.send((status, fault) => {
      aggregator.add(performance.now() - dueAt, status, fault, dueAt);
      unanswered.delete(dueAt);
      idle.push(client);
      if (nextWaiting < waiting.length) send(waiting[nextWaiting++]!);
    });
  };
  const open = (): Connection | undefined => {
    if (all.length === maxConnections) return undefined;
    const client = new Connection(port, request);
    all.push(client);
    return client;
  };

  const beganAt = performance.now();
  const job: PacerJob = { rate, seed, origin: performance.timeOrigin + beganAt, seconds: warmupSeconds + seconds };
  const pacer = new Worker(new URL('pacer.ts', import.meta.url), { workerData: job });
  pacer.on('message', (offsetMs: number) => {
    const dueAt = beganAt + offsetMs;
    unanswered.add(dueAt);
    send(dueAt);
  });
  const ended = new Promise((resolve) => pacer.once('exit', resolve));
  await sleep(warmupSeconds * 1000);
  aggregator.start();
  await ended;
  for (let waited = 0; unanswered.size > 0 && waited < graceMs; waited += 10) await sleep(10);
  for (const dueAt of unanswered) aggregator.addUnanswered(performance.now() - dueAt, dueAt);
  const result = aggregator.finish(seconds);
  for (const client of all) client.close();
  return result;
}
