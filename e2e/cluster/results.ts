import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from '../load/job.ts';

/** With `E2E_RECORD=1` what is measured becomes the page in docs/. */
const isRecord = process.env['E2E_RECORD'] === '1';
const folder = isRecord ? join(import.meta.dirname, '..', '..', 'docs', 'e2e') : join(import.meta.dirname, '..', 'results');
const intro = `# What happened while the cluster changed

Written by \`E2E_RECORD=1 .ci/cluster\`, ${new Date().toISOString().slice(0, 10)}. Two nodes, two pods of each version, Kubernetes itself and the clients share two cores, which is
what the long latencies show.

## Requests

A client in a pod sends digits, hands and photographs (5 to 4 to 1) at random moments, at half the rate that 16 connections reached before, through the gateway;
latency counts from the moment at which a request was due. Each may take 30 s, and says so.
`;
const head = ['| under load | requests | a second | failed | p50 ms | p99 ms | p99.9 ms | longest ms |', '| --- | --- | --- | --- | --- | --- | --- | --- |'];
const rows: string[] = [];
const sections = new Map<string, string>();

function write(): void {
  mkdirSync(folder, { recursive: true });
  const texts = [...sections].map(([title, text]) => `\n## ${title}\n\n${text}\n`);
  writeFileSync(join(folder, 'README.md'), `${intro}\n${[...head, ...rows].join('\n')}\n${texts.join('')}`);
}

/** Keeps what a load measured for the page that a run leaves in `e2e/results/`. */
export function recordResult(name: string, { sent, failed, perSecond, latencyMs }: LoadResult): void {
  rows.push(`| ${name} | ${sent} | ${perSecond} | ${failed} | ${latencyMs.p50} | ${latencyMs.p99} | ${latencyMs.p999} | ${latencyMs.max} |`);
  write();
}

/** Keeps what else a run found out, under a heading of its own. */
export function recordText(title: string, text: string): void {
  sections.set(title, text);
  write();
}
