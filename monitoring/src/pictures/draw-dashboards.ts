import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { dashboards } from '../dashboards/index.ts';
import { layOut, type Place } from '../dashboards/layout.ts';
import { maxPerRow } from '../dashboards/to-dashboard.ts';
import type { DashboardSpec, Panel, Row } from '../dashboards/panel.ts';
import type { Line, Prometheus } from '../verify/prometheus.ts';
import { allServices, filledIn } from '../verify/questions.ts';
import { tasksSeen, type TasksSeen } from '../verify/tasks-seen.ts';
import { drawLines, type Area, type Named } from './draw-lines.ts';
import { drawBars, drawStat, drawTable, type NamedValue } from './draw-values.ts';
import { box, fitted, text } from './svg.ts';

const column = 50;
const line = 25;
const top = 36;
const titleHeight = 22;

function nameOf(legend: string, metric: Readonly<Record<string, string>>): string {
  const filled = legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
  return filled.trim() || legend;
}

async function valuesOf(prometheus: Prometheus, { kind, queries }: Panel): Promise<NamedValue[]> {
  const answers = await Promise.all(queries.map(async ({ expr, legend = '' }) => ({ legend, samples: await prometheus.query(expr) })));
  const named = answers.flatMap(({ legend, samples }) =>
    samples.map(({ metric, value }) => ({ name: kind === 'table' ? Object.values(metric).join('   ') : nameOf(legend, metric), value })),
  );
  return named.toSorted((a, b) => a.name.localeCompare(b.name));
}

async function linesOf(prometheus: Prometheus, { queries }: Panel, seconds: number): Promise<{ lines: Named[]; from: number; to: number }> {
  const to = Math.floor(Date.now() / 1000);
  const from = to - seconds;
  const named = (legend: string, answer: readonly Line[]): Named[] => answer.map((series) => ({ ...series, name: nameOf(legend, series.metric) }));
  const answers = await Promise.all(queries.map(async ({ expr, legend = '' }) => named(legend, await prometheus.range(expr, from, to, 1))));
  return { lines: answers.flat().filter(({ points }) => points.some(([, value]) => Number.isFinite(value))), from, to };
}

async function drawPanel(prometheus: Prometheus, panel: Panel, outer: Area, seconds: number): Promise<string> {
  const frame = box(outer.x + 2, outer.y + 2, outer.width - 4, outer.height - 4, '#ffffff', '#d8dee4');
  const head = text(outer.x + 10, outer.y + 17, fitted(panel.title, outer.width - 20, 11), { bold: true });
  const inner = { x: outer.x, y: outer.y + titleHeight + 4, width: outer.width, height: outer.height - titleHeight - 10 };
  if (panel.kind === 'lines' || panel.kind === 'stacked') {
    const { lines, from, to } = await linesOf(prometheus, panel, seconds);
    return frame + head + drawLines(lines, inner, { unit: panel.unit, stacked: panel.kind === 'stacked', from, to });
  }
  const values = await valuesOf(prometheus, panel);
  const draw = { stat: drawStat, bars: drawBars, table: drawTable }[panel.kind];
  return frame + head + draw(values, inner, panel);
}

/** The rows as Grafana shows them when everything is chosen: variables are filled in, and a panel that is repeated is there for each task. */
function shownRows(spec: DashboardSpec, seen: TasksSeen): Row[] {
  const filled = (panel: Panel, services: string): Panel => ({
    ...panel,
    title: panel.title.replaceAll('$service', services),
    queries: panel.queries.map(({ expr, ...rest }) => ({ ...rest, expr: filledIn(expr, services) })),
  });
  const tasks = [...seen.values()].flat();
  return spec.rows.map((row) => ({
    ...row,
    panels: row.panels.flatMap((panel) =>
      panel.repeat === undefined
        ? [filled(panel, allServices(spec, seen))]
        : tasks.map((task) => filled({ ...panel, width: panel.width / Math.min(tasks.length, maxPerRow) }, task)),
    ),
  }));
}

async function drawDashboard(prometheus: Prometheus, title: string, rows: readonly Row[], seconds: number): Promise<string> {
  const parts = [text(12, 24, title, { size: 16, bold: true })];
  const toArea = ({ x, y, w, h }: Place): Area => ({ x: x * column, y: top + y * line, width: w * column, height: h * line });
  const open = layOut(rows).filter(({ row }) => !row.collapsed);
  for (const { row, place, panels } of open) {
    parts.push(text(12, toArea(place).y + 16, row.title, { size: 13, fill: '#57606a', bold: true }));
    for (const { panel, place: own } of panels) parts.push(await drawPanel(prometheus, panel, toArea(own), seconds));
  }
  const y = Math.max(...open.flatMap(({ panels }) => panels.map(({ place }) => toArea(place).y + toArea(place).height))) + 6;
  const width = 24 * column;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" font-family="DejaVu Sans, sans-serif">${box(0, 0, width, y, '#f4f5f7')}${parts.join('')}</svg>`;
}

/** Draws each dashboard from the answers to its own queries, as `<folder>/<name>.png`. */
export async function drawDashboards(prometheus: Prometheus, folder: string, seconds: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const seen = await tasksSeen(prometheus);
  for (const [name, spec] of Object.entries(dashboards)) {
    // Of a kind of which there is no task there is nothing to show.
    if (spec.tasks !== undefined && spec.tasks !== 'any' && seen.get(spec.tasks)!.length === 0) continue;
    const svg = await drawDashboard(prometheus, spec.title, shownRows(spec, seen), seconds);
    await sharp(Buffer.from(svg))
      .resize({ width: 1000 })
      .png({ palette: true, colours: 64, compressionLevel: 9 })
      .toFile(join(folder, `${name}.png`));
  }
}
