import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';

type Metrics = MetricObjectWithValues<MetricValue<string>>[];

/** What the processes of one service say to each other about their metrics. */
type Message =
  | { readonly facet: 'metrics-wanted'; readonly id: number }
  | { readonly facet: 'metrics-asked'; readonly round: number }
  | { readonly facet: 'metrics-given'; readonly round: number; readonly metrics: Metrics }
  | { readonly facet: 'metrics-gathered'; readonly id: number; readonly all: Metrics[] };

/** A process that does not answer by then is left out: a scrape must not hang on one that is busy. */
const gatherTimeoutMs = 1000;

const waiting = new Map<number, (all: Metrics[]) => void>();
let nextId = 0;

/**
 * The metrics of the whole service: this process's own registry, or all processes' added up where there are several.
 *
 * @param own the registry of this process, which it also hands to the others when they ask
 */
export async function wholeRegistry(own: Registry): Promise<Registry> {
  if (!cluster.isWorker) return own;
  const id = nextId++;
  const all = await new Promise<Metrics[]>((resolve) => {
    waiting.set(id, resolve);
    tell(process, { facet: 'metrics-wanted', id });
  });
  waiting.delete(id);
  // The types know only the instance; the sum itself needs none.
  return AggregatorRegistry.aggregate(all);
}

function tell(to: { send?: (message: Message) => unknown }, message: Message): void {
  to.send?.(message);
}

/** Lets the other processes of the service have this one's metrics. */
export function shareMetrics(own: Registry): void {
  if (!cluster.isWorker) return;
  process.on('message', (message: Message) => {
    if (message.facet === 'metrics-gathered') waiting.get(message.id)?.(message.all);
    if (message.facet === 'metrics-asked')
      void own.getMetricsAsJSON().then((metrics) => tell(process, { facet: 'metrics-given', round: message.round, metrics }));
  });
}

/** In the process above the others: passes their metrics round. */
export function relayMetrics(): void {
  const rounds = new Map<number, { readonly asker: Worker; readonly id: number; readonly all: Metrics[]; missing: number; readonly timer: NodeJS.Timeout }>();
  let nextRound = 0;
  const finish = (round: number): void => {
    const gathering = rounds.get(round);
    if (!gathering) return;
    rounds.delete(round);
    clearTimeout(gathering.timer);
    if (gathering.asker.isConnected()) tell(gathering.asker, { facet: 'metrics-gathered', id: gathering.id, all: gathering.all });
  };
  cluster.on('message', (worker: Worker, message: Message) => {
    if (message.facet === 'metrics-wanted') {
      const round = nextRound++;
      const asked = Object.values(cluster.workers ?? {}).filter((other): other is Worker => other?.isConnected() === true);
      rounds.set(round, { asker: worker, id: message.id, all: [], missing: asked.length, timer: setTimeout(() => finish(round), gatherTimeoutMs) });
      for (const other of asked) tell(other, { facet: 'metrics-asked', round });
    }
    if (message.facet === 'metrics-given') {
      const gathering = rounds.get(message.round);
      if (!gathering) return;
      gathering.all.push(message.metrics);
      gathering.missing -= 1;
      if (gathering.missing === 0) finish(message.round);
    }
  });
}
