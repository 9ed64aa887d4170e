import type { Ready } from '../contestants/with-servers.ts';
import type { ClosedLoop } from '../load/closed-loop.ts';
import type { OpenLoop } from '../load/open-loop.ts';
import { runLoad } from '../load/run-load.ts';
import type { LoadResult } from '../load/load-aggregator.ts';
import type { Options } from '../options.ts';
import { cpuSeconds } from './process-tree.ts';

/** One contestant under one load, once. */
export interface Run extends LoadResult {
  readonly contestant: string;
  /** 0 where requests arrive by themselves. */
  readonly connections: number;
  readonly round: number;
  /** CPU milliseconds of all its processes for each request. */
  readonly cpuMs: number;
}

const settleConnections = 8;

type Load = Omit<ClosedLoop, 'port'> | Omit<OpenLoop, 'port'>;

export async function measure({ server, requestFile }: Ready, load: Load, round: number): Promise<Run> {
  const pids = server.pids();
  const before = cpuSeconds(pids);
  const result = await runLoad({ ...load, port: server.port }, requestFile);
  const after = server.pids();
  const cpuMs = ((cpuSeconds(after) - before) * 1000) / result.total;
  const lost = pids.filter((pid) => !after.includes(pid)).length;
  if (lost > 0) console.error(`${server.contestant.name} lost ${lost} of its processes: ${server.printed()}`);
  const errors = lost > 0 ? { ...result.errors, 'process ended': lost } : result.errors;
  return { contestant: server.contestant.name, connections: load.kind === 'closed' ? load.connections : 0, round, cpuMs, ...result, errors };
}

/** Puts each contestant under load once, for so long that what it still compiles or opens is done before anything is measured. */
export async function settle(ready: readonly Ready[], { settleSeconds }: Pick<Options, 'settleSeconds'>): Promise<void> {
  for (const one of ready) await measure(one, { kind: 'closed', connections: settleConnections, warmupSeconds: 0, seconds: settleSeconds }, 0);
}
