import type { Pixels } from '@facet/imaging';
import { connect, type Box } from './components.ts';
import type { CellGrid, Grid } from './grid.ts';
import { splitShades } from './split-shades.ts';

/** Parts of the picture that a sheet may take. */
const leastShare = 0.12;
const mostShare = 0.97;
/** Part of the picture's border that at least shows the table: a sheet that runs off on two sides leaves half of it. */
const leastTable = 0.35;
/** Area of what lies there by that of the rectangle with the same spread: 1 for a rectangle, however it is turned. */
const leastSolid = 0.9;
/** Light that a table gives back of what the sheet does. A sheet that runs off the picture on two sides is told from light beside a shadow by the second. */
const darkestTable = 0.85;
const darkestShadow = 0.45;

export interface Sheet {
  readonly pixels: Pixels;
  /** Where its first pixel lies in the picture. */
  readonly left: number;
  readonly top: number;
}

/**
 * The sheet of paper that lies on a darker table, cut out; undefined where the picture shows none, or nothing else.
 *
 * @param pixels 1 channel
 * @param cells those of the same pixels
 */
export function findSheet(pixels: Pixels, { cell, mean }: Pick<CellGrid, 'cell' | 'mean'>): Sheet | undefined {
  const { data: means, width: columns, height: rows } = mean;
  const shades = splitShades(means);
  if (!shades || shades.dark > darkestTable * shades.bright) return undefined;

  if (darkBorder(mean, shades.level) < leastTable) return undefined;
  const isBright = Uint8Array.from(means, (value) => Number((value | 0) > shades.level));
  const bright = connect(isBright.slice(), columns, rows);
  const largest = bright.components.reduce((best, each) => (each.area > best.area ? each : best));
  if (largest.area < leastShare * means.length) return undefined;

  // What cannot be reached from outside belongs to the sheet: it is what is written on it.
  const isSheet = new Uint8Array(means.length).fill(1);
  const isOther = new Uint8Array(means.length).fill(1);
  for (let at = largest.start; at < largest.end; at++) isOther[bright.pixels[at]!] = 0;
  const outside = connect(isOther, columns, rows);
  for (const { start, end, touchesEdge } of outside.components) if (touchesEdge) for (let at = start; at < end; at++) isSheet[outside.pixels[at]!] = 0;

  const { area, solid } = spreadOf(isSheet, columns);
  const sides = [largest.left === 0, largest.top === 0, largest.right === columns - 1, largest.bottom === rows - 1].filter(Boolean).length;
  if (area > mostShare * means.length || solid < leastSolid || sides > 2) return undefined;
  if (sides === 2 && shades.dark > darkestShadow * shades.bright) return undefined;
  return cut(pixels, isSheet, columns, cell, largest);
}

/** Part of the cells around the picture that are dark. */
function darkBorder({ data, width, height }: Grid, level: number): number {
  let dark = 0;
  const see = (at: number): void => {
    if (data[at]! <= level) dark++;
  };
  for (let x = 0; x < width; x++) {
    see(x);
    see((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    see(y * width);
    see((y + 1) * width - 1);
  }
  return dark / (2 * (width + height));
}

function spreadOf(isSheet: Uint8Array, columns: number): { area: number; solid: number } {
  let [area, sumX, sumY, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < isSheet.length; i++) {
    if (!isSheet[i]) continue;
    const y = Math.floor(i / columns);
    const x = i - y * columns;
    area++;
    sumX += x;
    sumY += y;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const [meanX, meanY] = [sumX / area, sumY / area];
  // A cell has a spread of its own, a twelfth.
  const [varianceX, varianceY] = [xx / area - meanX * meanX + 1 / 12, yy / area - meanY * meanY + 1 / 12];
  const shared = xy / area - meanX * meanY;
  return { area, solid: area / (12 * Math.sqrt(varianceX * varianceY - shared * shared)) };
}

/** The pixels of the sheet without its edge. Where it is turned, what lies beside it in its row gets the shade of the paper there. */
function cut({ data, width, height }: Pixels, isSheet: Uint8Array, columns: number, cell: number, extent: Box): Sheet | undefined {
  const rows = isSheet.length / columns;
  const isInner = (column: number, row: number): boolean => {
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) if (!isSheet[y * columns + x]) return false;
    return true;
  };
  const inset = (at: number, isOpen: boolean): number => (isOpen ? at : at + 1);
  const left = inset(extent.left, extent.left === 0) * cell;
  const top = inset(extent.top, extent.top === 0) * cell;
  const right = Math.min(width, (extent.right === columns - 1 ? extent.right + 1 : extent.right) * cell);
  const bottom = Math.min(height, (extent.bottom === rows - 1 ? extent.bottom + 1 : extent.bottom) * cell);
  // Nothing is left of a strip that is all edge.
  if (right <= left || bottom <= top) return undefined;
  const sheet = new Uint8Array((right - left) * (bottom - top));
  let filled = -1;
  for (let y = top, o = 0; y < bottom; y++) {
    const row = Math.floor(y / cell);
    let [first, last] = [-1, -1];
    for (let column = Math.floor(left / cell); column <= Math.min(columns - 1, Math.floor((right - 1) / cell)); column++)
      if (isInner(column, row)) {
        if (first < 0) first = column;
        last = column;
      }
    // A row of the edge alone: the one before it stands for it, and the first that is none for those at the top.
    if (first < 0) {
      if (filled >= 0) sheet.copyWithin(o, o - (right - left), o);
      o += right - left;
      continue;
    }
    if (filled < 0) filled = o;
    const [from, to] = [first * cell, Math.min(width, (last + 1) * cell) - 1];
    for (let x = left; x < right; x++, o++) sheet[o] = data[y * width + Math.max(from, Math.min(to, x))]!;
  }
  if (filled < 0) return undefined;
  for (let o = 0; o < filled; o += right - left) sheet.copyWithin(o, filled, filled + right - left);
  return { pixels: { data: sheet, width: right - left, height: bottom - top, channels: 1 }, left, top };
}
