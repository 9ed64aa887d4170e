import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from '../load/job.ts';

const folder = join(import.meta.dirname, '..', 'results');
const rows: string[] = [];

/** Keeps what a load measured for the table that a run leaves in `e2e/results/`. */
export function recordResult(name: string, { sent, failed, perSecond, latencyMs }: LoadResult): void {
  rows.push(`| ${name} | ${sent} | ${perSecond} | ${failed} | ${latencyMs.p50} | ${latencyMs.p99} | ${latencyMs.p999} | ${latencyMs.max} |`);
  const head = ['| under load | requests | a second | failed | p50 ms | p99 ms | p99.9 ms | longest ms |', '| --- | --- | --- | --- | --- | --- | --- | --- |'];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'loads.md'), `${[...head, ...rows].join('\n')}\n`);
}
