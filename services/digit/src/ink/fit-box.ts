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
  const ramp = Float32Array.from({ length: 256 }, (_, v) =>
    Math.min(1, Math.max(0, (v - paper - rampFrom * (core - paper)) / ((rampTo - rampFrom) * (core - paper)))),
  );

  // Columns first, then rows: a pixel's share of a cell is the product of its shares along both axes.
  const lines = new Float32Array(columns * height);
  const stepX = width / columns;
  for (let column = 0; column < columns; column++) {
    const from = column * stepX;
    const to = from + stepX;
    for (let x = Math.floor(from); x < to && x < width; x++) {
      const share = (Math.min(to, x + 1) - Math.max(from, x)) / stepX;
      for (let y = 0; y < height; y++) lines[y * columns + column]! += share * ramp[ink.data[(top + y) * ink.width + left + x]!]!;
    }
  }
  const cells = new Float32Array(columns * rows);
  const stepY = height / rows;
  for (let row = 0; row < rows; row++) {
    const from = row * stepY;
    const to = from + stepY;
    for (let y = Math.floor(from); y < to && y < height; y++) {
      const share = (Math.min(to, y + 1) - Math.max(from, y)) / stepY;
      for (let column = 0; column < columns; column++) cells[row * columns + column]! += share * lines[y * columns + column]!;
    }
  }
  return cells;
}

/** A thin pen leaves cells half full: raises them until the middle of the strokes is near 1, as it is in MNIST. */
function stretch(cells: Float32Array): void {
  const inked = cells.filter((value) => value > 0.02).sort();
  const full = inked[Math.floor(inked.length * (1 - fullShare))] ?? 1;
  if (full >= 1) return;
  for (let i = 0; i < cells.length; i++) cells[i] = Math.min(1, cells[i]! / full);
}
