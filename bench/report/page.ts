import { cases } from '../payloads/cases.ts';
import type { Section } from './section.ts';
import type { Ratio, Summary } from './summary.ts';

const intro = `# What was measured

Facet and what people would otherwise run: the same model files, the same machine, taking turns. Figures are medians over the rounds; a ratio is the median of
the rounds' own ratios, with the lowest and the highest behind it. Latencies are milliseconds. How it works: [bench](../../bench/README.md).
This page is written by \`npm run bench\`; by hand it would not stay true.

![Requests a second as ratios to FastAPI with 2 workers](ratios.svg)
`;

/** The results as Markdown. */
export function renderPage(sections: readonly Section[]): string {
  const of = (mode: Section['mode']): Section[] => cases.flatMap(({ name }) => sections.filter((one) => one.mode === mode && one.name === name));
  const parts = [
    ...chapter('As many requests as they can answer', of('closed'), closedTable, (one) => `Ratios to ${one.titles[one.reference]}.`),
    ...chapter('Requests that arrive by themselves', of('open'), openTable, (one) => {
      const rate = one.rate!.toFixed(0);
      return `${rate} requests a second at random moments, whether or not earlier ones are answered; latency runs from the moment at which a request was due. Ratios to ${one.titles[one.reference]}.`;
    }),
    ...chapter('What the hardware could do', of('limits'), closedTable, () => 'Ratios to the bare loop: what is lost to serving.'),
    ...chapter('The gateway beside another proxy', of('proxies'), proxyTable, (one) => {
      return `Each passes requests on to a service of its own, whose work does not count. Ratios to ${one.titles[one.reference]}.`;
    }),
    versions(sections),
  ];
  return `${intro}\n${parts.join('\n\n')}\n`;
}

function chapter(title: string, sections: readonly Section[], figures: (one: Section) => string, lead: (one: Section) => string): string[] {
  if (sections.length === 0) return [];
  return [`## ${title}`, ...sections.flatMap((one) => [`### ${one.name}: ${one.title}`, lead(one), figures(one), rest(one), origin(one)].filter(Boolean))];
}

function closedTable(section: Section): string {
  return table(
    ['connections', '', 'requests/s', 'ratio', 'p50', 'p99', 'p99.9', 'CPU ms a request', 'errors'],
    section.rows.map((row) => [
      String(row.connections),
      section.titles[row.contestant]!,
      row.throughput.toFixed(row.throughput < 1000 ? 1 : 0),
      ratio(row.ratios.throughput),
      ...latencies(row),
      row.cpuMs.toFixed(3),
      errors(row),
    ]),
  );
}

function proxyTable(section: Section): string {
  return table(
    ['connections', '', 'CPU ms a request', 'ratio', 'requests/s', 'p50', 'p99', 'p99.9', 'errors'],
    section.rows.map((row) => [
      String(row.connections),
      section.titles[row.contestant]!,
      row.cpuMs.toFixed(3),
      ratio(row.ratios.cpuMs),
      row.throughput.toFixed(row.throughput < 1000 ? 1 : 0),
      ...latencies(row),
      errors(row),
    ]),
  );
}

function openTable(section: Section): string {
  return table(
    ['', 'answered/s', 'p50', 'p99', 'p99.9', 'ratio of p99', 'ratio of p99.9', 'errors'],
    section.rows.map((row) => [
      section.titles[row.contestant]!,
      row.throughput.toFixed(0),
      ...latencies(row),
      ratio(row.ratios.p99),
      ratio(row.ratios.p999),
      errors(row),
    ]),
  );
}

function rest({ startMs, pssMb, titles, mode }: Section): string {
  if (mode !== 'closed') return '';
  const rows = Object.entries(startMs).map(([name, ms]) => [titles[name]!, (ms / 1000).toFixed(2), pssMb[name]!.toFixed(0)]);
  return table(['', 'start to first right answer, s', 'memory after the load, MB (PSS)'], rows);
}

function origin({ at, command, commit, machine, loadAverage, rounds, seconds, absent }: Section): string {
  const busy = loadAverage > 1 ? ` **Measured on a busy machine:** the load average was ${loadAverage.toFixed(1)} when it began.` : '';
  const missing = Object.entries(absent)
    .map(([title, reason]) => ` Without ${title}: ${reason}.`)
    .join('');
  return `${at}, commit ${commit}, ${machine}; ${rounds} rounds of ${seconds} s: \`${command}\`.${missing}${busy}`;
}

function versions(sections: readonly Section[]): string {
  const newest = [...sections].sort((a, b) => a.at.localeCompare(b.at));
  const found: Record<string, string> = Object.assign({}, ...newest.map((one) => one.versions));
  return `## Versions\n\n${table(['', 'made of'], Object.entries(found))}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isWords = (column: number): boolean => head[column] === '' || head[column] === 'made of' || head[column] === 'errors';
  const rule = head.map((_, column) => (isWords(column) ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function latencies({ p50, p99, p999 }: Summary): string[] {
  return [p50, p99, p999].map((ms) => ms.toFixed(2));
}

function ratio(value: Ratio | undefined): string {
  return value ? `${value.median.toFixed(2)} (${value.low.toFixed(2)}–${value.high.toFixed(2)})` : '';
}

function errors(row: Summary): string {
  return Object.entries(row.errors)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');
}
