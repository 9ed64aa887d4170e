import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';
import type { Exemplar, Exemplars } from './exemplars.ts';

/** What one process knows. */
interface Share {
  readonly metrics: MetricObjectWithValues<MetricValue<string>>[];
  readonly exemplars: [string, Exemplar][];
}

/** What all processes of a service know together. */
export interface WholeRegistry {
  readonly registry: Registry;
  /** By the name and labels of a bucket's line; the latest of all processes. */
  readonly exemplars: ReadonlyMap<string, Exemplar>;
}

/** What the processes of one service say to each other about their metrics. */
type Message =
  | { readonly facet: 'metrics-wanted'; readonly id: number }
  | { readonly facet: 'metrics-asked'; readonly round: number }
  | { readonly facet: 'metrics-given'; readonly round: number; readonly share: Share }
  | { readonly facet: 'metrics-gathered'; readonly id: number; readonly all: Share[] };

/** A process that does not answer by then is left out: a scrape must not hang on one that is busy. */
const gatherTimeoutMs = 1000;

const waiting = new Map<number, (all: Share[]) => void>();
let nextId = 0;

/**
 * The metrics of the whole service: this process's own registry, or all processes' added up where there are several.
 *
 * @param own those of this process, which it also hands to the others when they ask
 */
export async function wholeRegistry(own: { readonly registry: Registry; readonly exemplars: Exemplars }): Promise<WholeRegistry> {
  if (!cluster.isWorker) return { registry: own.registry, exemplars: new Map(own.exemplars.entries()) };
  const id = nextId++;
  const all = await new Promise<Share[]>((resolve) => {
    waiting.set(id, resolve);
    tell(process, { facet: 'metrics-wanted', id });
  });
  waiting.delete(id);
  // The types know only the instance; the sum itself needs none.
  const registry: Registry = AggregatorRegistry.aggregate(all.map(({ metrics }) => metrics));
  const byAge = all.flatMap(({ exemplars }) => exemplars).toSorted(([, a], [, b]) => a.at - b.at);
  return { registry, exemplars: new Map(byAge) };
}

function tell(to: { send?: (message: Message) => unknown }, message: Message): void {
  to.send?.(message);
}

/** Lets the other processes of the service have this one's metrics. */
export function shareMetrics(own: Registry, exemplars: Exemplars): void {
  if (!cluster.isWorker) return;
  process.on('message', (message: Message) => {
    if (message.facet === 'metrics-gathered') waiting.get(message.id)?.(message.all);
    if (message.facet === 'metrics-asked')
      void own
        .getMetricsAsJSON()
        .then((metrics) => tell(process, { facet: 'metrics-given', round: message.round, share: { metrics, exemplars: exemplars.entries() } }));
  });
}

/** In the process above the others: passes their metrics round. */
export function relayMetrics(): void {
  const rounds = new Map<number, { readonly asker: Worker; readonly id: number; readonly all: Share[]; missing: number; readonly timer: NodeJS.Timeout }>();
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
      gathering.all.push(message.share);
      gathering.missing -= 1;
      if (gathering.missing === 0) finish(message.round);
    }
  });
}
