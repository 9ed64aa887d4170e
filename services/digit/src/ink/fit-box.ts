import type { Strokes } from './find-strokes.ts';

/** From paper to core: where the ramp from 0 to 1 begins and ends. A steep one undoes the blur of scaling and of lenses. */
const rampFrom = 0.1;
const rampTo = 0.9;
/** Share of the inked cells that reaches full intensity. */
const fullShare = 0.15;

/**
 * Draws strokes as MNIST's authors did: the longer side becomes `box` pixels, by averaging areas, and the centre of mass comes to the
 * centre of the picture (LeCun et al. 1998, and yann.lecun.com/exdb/mnist).
 *
 * @param into zeroed, size * size
 */
export function fitBox(strokes: Strokes, size: number, box: number, into: Float32Array): void {
  const { left, top, right, bottom } = strokes;
  const scale = box / (Math.max(right - left, bottom - top) + 1);
  const columns = Math.max(1, Math.round((right - left + 1) * scale));
  const rows = Math.max(1, Math.round((bottom - top + 1) * scale));
  const cells = averageAreas(strokes, columns, rows);
  stretch(cells);

  let mass = 0;
  let massX = 0;
  let massY = 0;
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      mass += cells[i]!;
      massX += cells[i]! * x;
      massY += cells[i]! * y;
    }
  }
  // MNIST is moved by whole pixels, and its centres of mass lie at 14.0, not 13.5, counted from pixel 0 (mean of all 60,000).
  const offset = (centre: number, count: number) => Math.min(size - count, Math.max(0, Math.round(size / 2 - centre)));
  const offsetX = offset(massX / mass, columns);
  const offsetY = offset(massY / mass, rows);
  for (let y = 0; y < rows; y++) into.set(cells.subarray(y * columns, (y + 1) * columns), (y + offsetY) * size + offsetX);
}

/** Mean of the ramped ink over each cell of a grid laid over the bounding box; cells cut pixels where they must. */
function averageAreas({ ink, left, top, right, bottom, paper, core }: Strokes, columns: number, rows: number): Float32Array {
  const width = right - left + 1;
  const height = bottom - top + 1;
  const ramp = new Float32Array(256);
  for (let value = 0; value < 256; value++) ramp[value] = Math.min(1, Math.max(0, ((value - paper) / (core - paper) - rampFrom) / (rampTo - rampFrom)));

  // First along the rows, then down the columns: a pixel's share of a cell is the product of its shares along both axes.
  const across = layCells(width, columns);
  const lines = new Float32Array(columns * height);
  for (let y = 0, o = 0; y < height; y++) {
    const start = (top + y) * ink.width + left;
    for (let column = 0; column < columns; column++, o++) {
      let sum = 0;
      for (let x = across.from[column]!, at = across.at[column]!; x < across.to[column]!; x++, at++) sum += across.shares[at]! * ramp[ink.data[start + x]!]!;
      lines[o] = sum;
    }
  }
  const down = layCells(height, rows);
  const cells = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let y = down.from[row]!, at = down.at[row]!; y < down.to[row]!; y++, at++) {
      const share = down.shares[at]!;
      for (let column = 0; column < columns; column++) cells[row * columns + column]! += share * lines[y * columns + column]!;
    }
  }
  return cells;
}

/** Lays `count` cells along so many pixels: the first pixel of each, the one after its last, and from `at` on the share of each of them in it. */
function layCells(pixels: number, count: number): { from: Int32Array; to: Int32Array; at: Int32Array; shares: Float32Array } {
  const [from, to, at] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const shares: number[] = [];
  const step = pixels / count;
  for (let cell = 0; cell < count; cell++) {
    const [begin, end] = [cell * step, (cell + 1) * step];
    from[cell] = Math.floor(begin);
    to[cell] = Math.min(pixels, Math.ceil(end));
    at[cell] = shares.length;
    for (let pixel = from[cell]!; pixel < to[cell]!; pixel++) shares.push((Math.min(end, pixel + 1) - Math.max(begin, pixel)) / step);
  }
  return { from, to, at, shares: Float32Array.from(shares) };
}

/** A thin pen leaves cells half full: raises them until the middle of the strokes is near 1, as it is in MNIST. */
function stretch(cells: Float32Array): void {
  const inked = cells.filter((value) => value > 0.02).sort();
  const full = inked[Math.floor(inked.length * (1 - fullShare))] ?? 1;
  if (full >= 1) return;
  for (let i = 0; i < cells.length; i++) cells[i] = Math.min(1, cells[i]! / full);
}
