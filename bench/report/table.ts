import type { Run } from '../measure/run.ts';
import type { Section } from './section.ts';
import type { Ratio } from './summary.ts';

const header = 'connections contestant     req/s   ratio      p50      p99    p99.9  ratio of p99  CPU ms/req  ratio of CPU  errors';

/** One line for one run, as it ends. */
export function runLine({ round, connections, contestant, throughput, p50, p99, cpuMs, generatorCpu, errors }: Run): string {
  const figures = `${throughput.toFixed(0).padStart(7)} req/s  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  CPU ${cpuMs.toFixed(3)} ms/req`;
  return `  round ${round + 1}  ${String(connections).padStart(3)}  ${contestant.padEnd(11)} ${figures}  (load ${generatorCpu.toFixed(2)} s CPU)${words(errors)}`;
}

/** Medians as a table for a terminal, the fastest first. */
export function resultTable({ name, rows, reference, startMs, pssMb }: Section): string {
  const lines = rows
    .toSorted((a, b) => a.connections - b.connections || b.throughput - a.throughput)
    .map((row) =>
      [
        (row.connections === 0 ? 'open' : String(row.connections)).padStart(11),
        row.contestant.padEnd(12),
        row.throughput.toFixed(row.throughput < 1000 ? 1 : 0).padStart(7),
        short(row.ratios.throughput).padStart(7),
        ...[row.p50, row.p99, row.p999].map((ms) => ms.toFixed(2).padStart(8)),
        short(row.ratios.p99).padStart(13),
        row.cpuMs.toFixed(3).padStart(11),
        short(row.ratios.cpuMs).padStart(13),
        words(row.errors),
      ].join(' '),
    );
  const starts = Object.entries(startMs).map(
    ([contestant, ms]) => `${contestant}: first right answer after ${(ms / 1000).toFixed(2)} s, ${pssMb[contestant]!.toFixed(0)} MB PSS after the load`,
  );
  return [`${name}: medians; ratios to ${reference}; latencies in ms`, header, ...lines, ...starts].join('\n');
}

function short(ratio: Ratio | undefined): string {
  return ratio?.median.toFixed(2) ?? '';
}

function words(errors: Readonly<Record<string, number>>): string {
  return Object.entries(errors)
    .map(([kind, count]) => ` ${count} x ${kind}`)
    .join(',');
}
