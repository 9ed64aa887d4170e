import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { LoadAggregator, type LoadResult } from './load-aggregator.ts';

export interface ClosedLoop {
  readonly kind: 'closed';
  readonly port: number;
  readonly connections: number;
  readonly warmupSeconds: number;
  readonly seconds: number;
}

/** Every connection sends its next request as soon as it has its answer. */
export async function closedLoop({ port, connections, warmupSeconds, seconds }: ClosedLoop, request: Buffer): Promise<LoadResult> {
  const aggregator = new LoadAggregator();
  const clients = Array.from({ length: connections }, () => new Connection(port, request));
  for (const client of clients) {
    let sentAt = 0;
    const next = (): void => {
      sentAt = performance.now();
      client.send(settle);
    };
    const settle = (status: number, fault: string): void => {
      aggregator.add(performance.now() - sentAt, status, fault);
      next();
    };
    next();
  }
  await sleep(warmupSeconds * 1000);
  aggregator.start();
  await sleep(seconds * 1000);
  const result = aggregator.finish();
  for (const client of clients) client.close();
  return result;
}
