/** A picture reduced to cells. */
export interface Grid {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Cells along the longer side, at most: shadows are smooth at this scale. */
const gridSide = 64;

/** A picture by its cells, each of `cell` pixels square. */
export interface CellGrid {
  readonly cell: number;
  readonly min: Grid;
  readonly max: Grid;
  readonly mean: Grid;
}

/** Lays a grid over a picture, 1 channel. */
export function layGrid({ data, width, height }: { readonly data: Uint8Array; readonly width: number; readonly height: number }): CellGrid {
  const cell = Math.ceil(Math.max(width, height) / gridSide);
  return { cell, ...reduce(data, width, height, cell) };
}

/** Darkest, brightest and average value of each square cell; cells at the right and lower edge may be cut. */
function reduce(data: Uint8Array, width: number, height: number, cell: number): { min: Grid; max: Grid; mean: Grid } {
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const min = new Float32Array(columns * rows);
  const max = new Float32Array(columns * rows);
  const mean = new Float32Array(columns * rows);
  for (let row = 0, i = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * cell);
    for (let column = 0; column < columns; column++, i++) {
      const left = column * cell;
      const right = Math.min(width, left + cell);
      let low = 255;
      let high = 0;
      let sum = 0;
      for (let y = row * cell; y < bottom; y++) {
        for (let at = y * width + left; at < y * width + right; at++) {
          const value = data[at]!;
          if (value < low) low = value;
          if (value > high) high = value;
          sum += value;
        }
      }
      min[i] = low;
      max[i] = high;
      mean[i] = sum / ((bottom - row * cell) * (right - left));
    }
  }
  return {
    min: { data: min, width: columns, height: rows },
    max: { data: max, width: columns, height: rows },
    mean: { data: mean, width: columns, height: rows },
  };
}

/**
 * Morphological closing: dark features narrower than 2 * radius + 1 cells vanish, wider ones keep their shape.
 *
 * The erosion goes one cell further than the dilation, so that the edge of a hard shadow, which cuts through cells, is no feature.
 */
export function closeGrid(grid: Grid, radius: number): Grid {
  return negated(dilate(negated(dilate(grid, radius)), radius + 1));
}

/** Brightest value within a square of 2 * radius + 1 cells: along rows, then along columns. */
function dilate({ data, width, height }: Grid, radius: number): Grid {
  const lines = new Float32Array(data.length);
  for (let y = 0; y < height; y++) dilateLine(data, lines, y * width, 1, width, radius);
  const result = new Float32Array(data.length);
  for (let x = 0; x < width; x++) dilateLine(lines, result, x, width, height, radius);
  return { data: result, width, height };
}

function dilateLine(from: Float32Array, to: Float32Array, start: number, step: number, count: number, radius: number): void {
  let brightest = -1;
  for (let i = 0; i < count; i++) {
    const last = Math.min(count - 1, i + radius);
    // The brightest cell so far counts until it leaves the window; only then is the window searched again.
    if (brightest < i - radius || i === 0) {
      brightest = Math.max(0, i - radius);
      for (let k = brightest + 1; k <= last; k++) if (from[start + k * step]! >= from[start + brightest * step]!) brightest = k;
    } else if (from[start + last * step]! >= from[start + brightest * step]!) brightest = last;
    to[start + i * step] = from[start + brightest * step]!;
  }
}

function negated({ data, width, height }: Grid): Grid {
  return { data: data.map((value) => -value), width, height };
}

/** Writes one row of pixels, interpolated between the centres of cells. */
export function interpolateGrid({ data, width, height }: Grid, y: number, cell: number, into: Float32Array): void {
  const at = Math.min(height - 1, Math.max(0, (y + 0.5) / cell - 0.5));
  const above = Math.floor(at) * width;
  const below = Math.min(height - 1, Math.floor(at) + 1) * width;
  const share = at - Math.floor(at);
  const value = (column: number) => data[above + column]! * (1 - share) + data[below + column]! * share;

  // Between two neighbouring centres the row is a straight line: one addition a pixel.
  let x = 0;
  const first = Math.min(into.length, Math.ceil(cell / 2 - 0.5));
  for (const edge = value(0); x < first; x++) into[x] = edge;
  for (let column = 0; column < width - 1; column++) {
    const left = value(column);
    const slope = (value(column + 1) - left) / cell;
    const end = Math.min(into.length, Math.ceil((column + 1.5) * cell - 0.5));
    for (; x < end; x++) into[x] = left + slope * (x + 0.5 - (column + 0.5) * cell);
  }
  for (const edge = value(width - 1); x < into.length; x++) into[x] = edge;
}
