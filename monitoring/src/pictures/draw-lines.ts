import type { Line } from '../verify/prometheus.ts';
import { formatValue } from './format-value.ts';
import { box, colour, fitted, text } from './svg.ts';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A series with what the legend calls it. */
export interface Named extends Line {
  readonly name: string;
}

interface Scale {
  readonly unit: string;
  readonly stacked: boolean;
  readonly from: number;
  readonly to: number;
}

const legendHeight = 14;

/** Points of each series; on top of those before where they are stacked. */
function heights(lines: readonly Named[], stacked: boolean): (readonly (readonly [number, number])[])[] {
  const below = new Map<number, number>();
  return lines.map(({ points }) =>
    points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => {
        const height = value + (stacked ? (below.get(at) ?? 0) : 0);
        below.set(at, height);
        return [at, height] as const;
      }),
  );
}

/** Lines over time, with a legend that gives the latest value of each. */
export function drawLines(lines: readonly Named[], { x, y, width, height }: Area, { unit, stacked, from, to }: Scale): string {
  const shownInLegend = lines.slice(0, Math.max(1, Math.floor((height * 0.4) / legendHeight)) * 2);
  const plot = { x: x + 52, y, width: width - 60, height: height - Math.ceil(shownInLegend.length / 2) * legendHeight - 6 };
  const drawn = heights(lines, stacked);
  const highest = Math.max(0, ...drawn.flatMap((points) => points.map(([, value]) => value)));
  const top = highest === 0 ? 1 : highest * 1.1;
  const toX = (at: number): number => plot.x + ((at - from) / (to - from)) * plot.width;
  const toY = (value: number): number => plot.y + plot.height - (value / top) * plot.height;
  const parts = [0, 0.5, 1].flatMap((share) => {
    const at = toY(share * top);
    const rule = `<path d="M${plot.x} ${at.toFixed(1)}h${plot.width.toFixed(1)}" stroke="#e4e7eb"/>`;
    return [rule, text(plot.x - 4, at + 4, formatValue(share * top, unit), { size: 9, fill: '#6e7681', anchor: 'end' })];
  });
  for (const [index, points] of drawn.entries()) {
    const path = points.map(([at, value], step) => `${step === 0 ? 'M' : 'L'}${toX(at).toFixed(1)} ${toY(value).toFixed(1)}`).join('');
    if (path !== '') parts.push(`<path d="${path}" fill="none" stroke="${colour(index)}" stroke-width="1.6"/>`);
  }
  for (const [index, line] of shownInLegend.entries()) {
    const [legendX, legendY] = [
      x + 6 + (index % 2) * (width / 2),
      y + height - Math.ceil(shownInLegend.length / 2) * legendHeight + Math.floor(index / 2) * legendHeight + 8,
    ];
    const last = line.points.at(-1)?.[1] ?? Number.NaN;
    const label = fitted(`${line.name}  ${formatValue(last, unit)}`, width / 2 - 16, 9);
    parts.push(box(legendX, legendY - 6, 8, 4, colour(index)), text(legendX + 12, legendY, label, { size: 9, fill: '#57606a' }));
  }
  return parts.join('');
}
