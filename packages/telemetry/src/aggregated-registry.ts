import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Exemplar, Exemplars } from './exemplars.ts';
import type { MetricsMessage, MetricsSnapshot } from './metrics-messages.ts';

interface OwnMetrics {
  readonly registry: Registry;
  readonly exemplars: Exemplars;
}

/** What all processes of a service know together. */
export interface AggregatedRegistry {
  readonly registry: Registry;
  /** By the name and labels of a bucket's line; the latest of all processes. */
  readonly exemplars: ReadonlyMap<string, Exemplar>;
}

/** What a process counted since it said so last is lost when it is killed: it says so this often, besides at each scrape. */
const snapshotMs = 2000;

const waiting = new Map<number, (all: readonly MetricsSnapshot[]) => void>();
let nextId = 0;

/**
 * The metrics of the whole service: this process's own registry, or all processes' added up where there are several, with what those
 * counted that have ended.
 *
 * @param own those of this process, which it also hands to the others when they ask
 */
export async function aggregatedRegistry(own: OwnMetrics): Promise<AggregatedRegistry> {
  // Without a process above there is nobody to ask, and this one is about to end.
  if (!cluster.isWorker || !process.connected) return { registry: own.registry, exemplars: new Map(own.exemplars.entries()) };
  const id = nextId++;
  const all = await new Promise<readonly MetricsSnapshot[]>((resolve) => {
    waiting.set(id, resolve);
    tell({ facet: 'metrics-wanted', id });
  });
  waiting.delete(id);
  // The types know only the instance; the sum itself needs none.
  const registry: Registry = AggregatorRegistry.aggregate(all.map(({ metrics }) => [...metrics]));
  const byAge = all.flatMap(({ exemplars }) => exemplars).toSorted(([, a], [, b]) => a.at - b.at);
  return { registry, exemplars: new Map(byAge) };
}

function tell(message: MetricsMessage, done?: () => void): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done?.();
}

async function snapshotOf({ registry, exemplars }: OwnMetrics): Promise<MetricsSnapshot> {
  return { metrics: await registry.getMetricsAsJSON(), exemplars: exemplars.entries() };
}

/**
 * Lets the other processes of the service have this one's metrics, whenever one asks and every few seconds.
 *
 * @returns sends them for the last time
 */
export function shareMetrics(own: OwnMetrics): { close(): Promise<void> } {
  if (!cluster.isWorker) return { close: () => Promise.resolve() };
  process.on('message', (message: MetricsMessage) => {
    if (message.facet === 'metrics-gathered') waiting.get(message.id)?.(message.all);
    if (message.facet === 'metrics-asked') void snapshotOf(own).then((snapshot) => tell({ facet: 'metrics-given', round: message.round, snapshot }));
  });
  const send = async (): Promise<void> => {
    const snapshot = await snapshotOf(own);
    await new Promise<void>((resolve) => tell({ facet: 'metrics-given', snapshot }, resolve));
  };
  const timer = setInterval(() => void send(), snapshotMs).unref();
  return {
    close() {
      clearInterval(timer);
      return send();
    },
  };
}
