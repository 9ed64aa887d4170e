import cluster, { type Worker } from 'node:cluster';
import { Registry } from 'prom-client';
import { addCounted, countedOf } from './counted.ts';
import type { MetricObject, MetricsMessage, MetricsSnapshot } from './metrics-messages.ts';
import { registerStorageMetrics } from './storage-health.ts';

/** One that does not answer by then counts with what it said last: a scrape must not hang on a process that is busy. */
const gatherTimeoutMs = 1000;

interface Round {
  readonly asker: Worker;
  readonly id: number;
  readonly snapshots: Map<Worker, MetricsSnapshot>;
  readonly missing: Set<Worker>;
  readonly timer: NodeJS.Timeout;
}

/**
 * In the process above the others: passes their metrics round, and keeps what each has counted, so that no counter of the service goes
 * down when one of them is busy or dies.
 */
export function relayMetrics(): void {
  const own = new Registry();
  registerStorageMetrics(own);
  /** By each that lives, what it had counted when it said so last. */
  const counted = new Map<Worker, MetricObject[]>();
  /** What those had counted that have ended. */
  let ended: MetricObject[] = [];
  const rounds = new Map<number, Round>();
  let nextRound = 0;

  const finish = async (number: number): Promise<void> => {
    const round = rounds.get(number);
    if (!round) return;
    rounds.delete(number);
    clearTimeout(round.timer);
    const ofThisProcess: MetricObject[] = await own.getMetricsAsJSON();
    // All in one turn, so that one that ends meanwhile counts once.
    const others = [...counted].flatMap(([worker, metrics]) => (round.snapshots.has(worker) ? [] : [metrics]));
    const living = [...round.snapshots].flatMap(([worker, snapshot]) => (counted.has(worker) ? [snapshot] : []));
    const rest = [...others, ended, ofThisProcess].map((metrics) => ({ metrics, exemplars: [] }));
    tell(round.asker, { facet: 'metrics-gathered', id: round.id, all: [...living, ...rest] });
  };
  const begin = (asker: Worker, id: number): void => {
    const asked = Object.values(cluster.workers ?? {}).filter((each): each is Worker => each?.isConnected() === true);
    const number = nextRound++;
    const timer = setTimeout(() => void finish(number), gatherTimeoutMs);
    rounds.set(number, { asker, id, snapshots: new Map(), missing: new Set(asked), timer });
    for (const worker of asked) tell(worker, { facet: 'metrics-asked', round: number });
  };

  cluster.on('message', (worker: Worker, message: MetricsMessage) => {
    if (message.facet === 'metrics-wanted') begin(worker, message.id);
    if (message.facet !== 'metrics-given') return;
    counted.set(worker, countedOf(message.snapshot.metrics));
    const round = rounds.get(message.round ?? -1);
    if (!round) return;
    round.snapshots.set(worker, message.snapshot);
    round.missing.delete(worker);
    if (round.missing.size === 0) void finish(message.round!);
  });
  const bury = (worker: Worker): void => {
    for (const [number, round] of rounds) if (round.missing.delete(worker) && round.missing.size === 0) void finish(number);
    // What it sent last may come after it has ended, until its channel has closed.
    if (!worker.isDead() || worker.isConnected()) return;
    ended = addCounted(ended, counted.get(worker) ?? []);
    counted.delete(worker);
  };
  cluster.on('exit', bury);
  cluster.on('disconnect', bury);
}

function tell(worker: Worker, message: MetricsMessage): void {
  if (worker.isConnected()) worker.send(message);
}
