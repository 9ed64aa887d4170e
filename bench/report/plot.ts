import escapeHtml from 'escape-html';
import { cases } from '../payloads/cases.ts';
import type { Section } from './section.ts';
import type { Summary } from './summary.ts';

const labelWidth = 170;
const cellWidth = 250;
const barHeight = 16;
const gap = 18;
const style = `
  svg { color-scheme: light dark; }
  text { fill: #1f2733; }
  .page { fill: #f8fafc; }
  .bar { fill: #a9b4c4; }
  .ours { fill: #2563eb; }
  .spread { stroke: #4a5568; stroke-width: 1.5; }
  .one { stroke: #4a5568; stroke-dasharray: 3 3; }
  .small { font-size: 11px; }
  .value { paint-order: stroke; stroke: #f8fafc; stroke-width: 3; }
  .title { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e9f0; }
    .page { fill: #161b22; }
    .value { stroke: #161b22; }
    .bar { fill: #5c6778; }
    .ours { fill: #60a5fa; }
    .spread, .one { stroke: #cbd5e1; }
  }`;

/** Requests a second as ratios: a row of panels a kind of request, a panel a number of connections, a bar a contestant; the thin line spans the rounds. */
export function ratioPlot(sections: readonly Section[]): string {
  const shown = cases.flatMap(({ name }) => sections.filter((one) => one.mode === 'closed' && one.name === name && hasRatios(one)));
  const columns = Math.max(1, ...shown.map((one) => connectionsOf(one).length));
  const width = labelWidth + columns * (cellWidth + gap) + gap;
  let y = 40;
  const parts: string[] = [];
  for (const section of shown) {
    const { height, svg } = panelRow(section, y);
    parts.push(svg);
    y += height + gap;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="13">
  <title>Requests a second as ratios to FastAPI with 2 workers</title>
  <style>${style}
  </style>
  <rect class="page" width="${width}" height="${y}"/>
  <text class="title" x="${gap}" y="26" font-size="15">Requests a second, as ratios to FastAPI with 2 workers (dashed: 1)</text>
${parts.join('\n')}
</svg>
`;
}

function panelRow(section: Section, top: number): { height: number; svg: string } {
  const names = [...new Set(section.rows.map(({ contestant }) => contestant))];
  const firstBar = top + 26;
  // One scale for all panels of a row, so that they can be compared.
  const largest = Math.max(1, ...section.rows.map(({ ratios }) => ratios.throughput!.high));
  const scale = (cellWidth - 40) / largest;
  const labels = names.map((name, row) => text(labelWidth - 8, firstBar + row * barHeight + 12, section.titles[name]!, 'small', 'end'));
  const panels = connectionsOf(section).map((connections, column) => {
    const left = labelWidth + column * (cellWidth + gap);
    const shown = section.rows
      .filter((row) => row.connections === connections)
      .map((row) => ({ row, y: firstBar + names.indexOf(row.contestant) * barHeight }));
    const one = px(left + scale);
    const bottom = firstBar + names.length * barHeight;
    return [
      text(left, top + 18, `${connections} connection${connections === 1 ? '' : 's'}`, 'small'),
      ...shown.map(({ row, y }) => bar(row, left, y, scale)),
      `  <line class="one" x1="${one}" x2="${one}" y1="${firstBar - 2}" y2="${bottom}"/>`,
      // Last, so that the line does not cross figures.
      ...shown.map(({ row, y }) => figure(row, left, y, scale)),
    ].join('\n');
  });
  const title = text(gap, top + 18, section.name, 'title');
  return { height: 26 + names.length * barHeight, svg: [title, ...labels, ...panels].join('\n') };
}

function bar({ contestant, ratios }: Summary, left: number, top: number, scale: number): string {
  const { median, low, high } = ratios.throughput!;
  const middle = top + barHeight / 2;
  const kind = contestant === 'facet' || contestant === 'gateway' ? 'bar ours' : 'bar';
  return [
    `  <rect class="${kind}" x="${left}" y="${top + 1}" width="${px(median * scale)}" height="${barHeight - 3}"/>`,
    `  <line class="spread" x1="${px(left + low * scale)}" x2="${px(left + high * scale)}" y1="${middle}" y2="${middle}"/>`,
  ].join('\n');
}

function figure({ ratios }: Summary, left: number, top: number, scale: number): string {
  const { median, high } = ratios.throughput!;
  return text(left + high * scale + 6, top + 12, median.toFixed(2), 'small value');
}

function hasRatios({ rows }: Section): boolean {
  return rows.every(({ ratios }) => ratios.throughput !== undefined);
}

function connectionsOf({ rows }: Section): number[] {
  return [...new Set(rows.map(({ connections }) => connections))];
}

function text(x: number, y: number, words: string, kind: string, anchor = 'start'): string {
  return `  <text class="${kind}" x="${px(x)}" y="${y}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
}

function px(value: number): string {
  return value.toFixed(1);
}
