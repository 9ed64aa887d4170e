import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from '../load/job.ts';

/** With `E2E_RECORD=1` what is measured becomes the page in docs/. */
const isRecord = process.env['E2E_RECORD'] === '1';
const folder = isRecord ? join(import.meta.dirname, '..', '..', 'docs', 'e2e') : join(import.meta.dirname, '..', 'results');
const title = `# What happened to requests while the cluster changed

Written by \`E2E_RECORD=1 .ci/cluster\`, ${new Date().toISOString().slice(0, 10)}: a client in a pod sends digits, hands and photographs (5 to 4 to 1) at random moments, at half the
rate that 16 connections reached before, through the gateway; latency counts from the moment at which a request was due. Two nodes, two pods of each version,
Kubernetes itself and the client share two cores, which is what the long latencies show.
`;
const rows: string[] = [];

/** Keeps what a load measured for the table that a run leaves in `e2e/results/`. */
export function recordResult(name: string, { sent, failed, perSecond, latencyMs }: LoadResult): void {
  rows.push(`| ${name} | ${sent} | ${perSecond} | ${failed} | ${latencyMs.p50} | ${latencyMs.p99} | ${latencyMs.p999} | ${latencyMs.max} |`);
  const head = ['| under load | requests | a second | failed | p50 ms | p99 ms | p99.9 ms | longest ms |', '| --- | --- | --- | --- | --- | --- | --- | --- |'];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, isRecord ? 'README.md' : 'loads.md'), `${isRecord ? `${title}\n` : ''}${[...head, ...rows].join('\n')}\n`);
}
