import type { Panel } from '../dashboards/panel.ts';
import type { Area } from './draw-lines.ts';
import { formatValue } from './format-value.ts';
import { box, colour, fitted, text } from './svg.ts';

/** A value with its name. */
export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

function verdict(value: number, { thresholds, lowIsBad = false }: Panel): string {
  if (!thresholds) return '#3274d9';
  const reached = (limit: number): boolean => (lowIsBad ? value < limit : value >= limit);
  return reached(thresholds.bad) ? '#c4162a' : reached(thresholds.warn) ? '#e0752d' : '#2f8f3e';
}

/** One number, large, on the colour of its threshold. */
export function drawStat(values: readonly NamedValue[], { x, y, width, height }: Area, panel: Panel): string {
  const value = values[0]?.value ?? Number.NaN;
  const fill = verdict(value, panel);
  const label = text(x + width / 2, y + height / 2 + 9, formatValue(value, panel.unit), { size: 24, fill: '#ffffff', anchor: 'middle', bold: true });
  return box(x + 4, y, width - 8, height - 4, fill) + label;
}

/** A bar for each value. */
export function drawBars(values: readonly NamedValue[], { x, y, width, height }: Area, { unit, max }: Panel): string {
  const rowHeight = Math.min(24, (height - 4) / Math.max(1, values.length));
  const top = max ?? Math.max(1e-9, ...values.map(({ value }) => value));
  return values
    .map(({ name, value }, index) => {
      const [at, size] = [y + index * rowHeight, Math.min(10, rowHeight - 1)];
      const label = text(x + 8, at + rowHeight * 0.65, fitted(name, width * 0.3, size), { size });
      const bar = box(x + width * 0.32, at + 2, (value / top) * width * 0.45, rowHeight - 4, colour(index));
      return label + bar + text(x + width - 8, at + rowHeight * 0.65, formatValue(value, unit), { size, anchor: 'end' });
    })
    .join('');
}

/** A line for each result, all its labels after one another. */
export function drawTable(values: readonly NamedValue[], { x, y, width }: Area): string {
  return values.map(({ name }, index) => text(x + 8, y + 12 + index * 15, fitted(name, width - 16, 10), { size: 10 })).join('');
}
