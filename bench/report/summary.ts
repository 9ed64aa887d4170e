import type { Run } from '../measure/run.ts';
import { median } from '../measure/statistics.ts';

/** Of the rounds' own ratios to the reference. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const compared = ['throughput', 'p50', 'p99', 'p999', 'cpuMs'] as const;
type Compared = (typeof compared)[number];

/** Medians over the rounds of one contestant under one load. */
export interface Summary extends Readonly<Record<Compared, number>> {
  readonly contestant: string;
  /** 0 where requests arrive by themselves. */
  readonly connections: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Empty where the reference did not run. */
  readonly ratios: Readonly<Partial<Record<Compared, Ratio>>>;
}

/**
 * @param reference name of the contestant that ratios are to
 * @param order of names in which rows come
 */
export function summarise(runs: readonly Run[], reference: string, order: readonly string[]): Summary[] {
  const groups = Map.groupBy(runs, ({ connections, contestant }) => `${connections} ${contestant}`);
  const place = ({ contestant }: Summary): number => order.indexOf(contestant);
  return [...groups.values()].map((group) => summariseGroup(group, runs, reference)).sort((a, b) => a.connections - b.connections || place(a) - place(b));
}

function summariseGroup(group: readonly Run[], all: readonly Run[], reference: string): Summary {
  const { contestant, connections } = group[0]!;
  const others = new Map(all.filter((run) => run.contestant === reference && run.connections === connections).map((run) => [run.round, run]));
  const errors: Record<string, number> = {};
  for (const run of group) for (const [kind, count] of Object.entries(run.errors)) errors[kind] = (errors[kind] ?? 0) + count;
  const middle = (key: Compared): number => median(group.map((run) => run[key]));
  const [throughput, p50, p99, p999, cpuMs] = compared.map(middle) as [number, number, number, number, number];
  const ratios = others.size === 0 ? {} : Object.fromEntries(compared.map((key) => [key, ratio(group, others, key)]));
  return { contestant, connections, throughput, p50, p99, p999, cpuMs, errors, ratios };
}

function ratio(group: readonly Run[], others: ReadonlyMap<number, Run>, key: Compared): Ratio {
  const values = group.map((run) => run[key] / others.get(run.round)![key]);
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}
