import type { Grid } from './grid.ts';

/** Terms of the surface: 1, x, y, x², xy, y². */
const terms = 6;
/** Light that counts as the paper's own, of the light that the surface before has there: ink and shadows are left out. */
const tolerance = 0.08;
const rounds = 3;
/** Cells between two that are looked at: the surface is smooth. */
const stride = 3;
/** Part of the light by which it may vary around a sheet that is lit evenly. */
const evenness = 0.05;
/** Part of the cells that at least follows the surface, where it says anything. */
const leastPaper = 0.75;

/**
 * The light that falls on a sheet as a smooth surface, of second order in its logarithm, which follows a lamp at one side and the dark corners of a
 * lens. Least squares, each round without what was darker than the round before said. Undefined where the light is no such surface: in the edge
 * of a shadow, say.
 *
 * @param paper brightness of the paper at each cell, ink included where it covers a cell
 */
export function fitLight({ data, width, height }: Grid): Grid | undefined {
  if (isEven({ data, width, height })) return undefined;
  const rowOf = new Float64Array(terms);
  const place = (x: number, y: number): void => {
    const [u, v] = [(2 * x) / Math.max(1, width - 1) - 1, (2 * y) / Math.max(1, height - 1) - 1];
    rowOf[0] = 1;
    rowOf[1] = u;
    rowOf[2] = v;
    rowOf[3] = u * u;
    rowOf[4] = u * v;
    rowOf[5] = v * v;
  };
  const valueOf = (factors: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < terms; k++) sum += factors[k]! * rowOf[k]!;
    return sum;
  };
  let factors: Float64Array | undefined;
  let left = 0;
  for (let round = 0; round < rounds; round++) {
    left = 0;
    const equations = Array.from({ length: terms }, () => new Float64Array(terms + 1));
    for (let y = 0; y < height; y += stride)
      for (let x = 0; x < width; x += stride) {
        place(x, y);
        const log = Math.log(Math.max(1, data[y * width + x]!));
        // The first rounds let much pass, so that a poor beginning leaves nothing out for good.
        if (factors && valueOf(factors) - log > tolerance * (rounds - round)) continue;
        left++;
        for (let a = 0; a < terms; a++) {
          const equation = equations[a]!;
          for (let b = a; b < terms; b++) equation[b]! += rowOf[a]! * rowOf[b]!;
          equation[terms]! += rowOf[a]! * log;
        }
      }
    for (let a = 0; a < terms; a++) for (let b = 0; b < a; b++) equations[a]![b] = equations[b]![a]!;
    const solved = solve(equations);
    if (!solved) break;
    factors = solved;
  }
  if (!factors || left * stride * stride < leastPaper * data.length) return undefined;
  const light = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      place(x, y);
      light[i] = Math.exp(valueOf(factors));
    }
  return { data: light, width, height };
}

/** Whether the light is the same all around. */
function isEven({ data, width, height }: Grid): boolean {
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    if (x !== 0 && x !== width - 1 && i >= width && i < (height - 1) * width) continue;
    low = Math.min(low, data[i]!);
    high = Math.max(high, data[i]!);
  }
  return high - low <= evenness * high;
}

/** Gauss's elimination with pivots; undefined where the equations have no one solution. */
function solve(equations: Float64Array[]): Float64Array | undefined {
  const count = equations.length;
  for (let column = 0; column < count; column++) {
    let pivot = column;
    for (let row = column + 1; row < count; row++) if (Math.abs(equations[row]![column]!) > Math.abs(equations[pivot]![column]!)) pivot = row;
    [equations[column], equations[pivot]] = [equations[pivot]!, equations[column]!];
    const own = equations[column]!;
    if (Math.abs(own[column]!) < 1e-6) return undefined;
    for (let row = 0; row < count; row++) {
      if (row === column) continue;
      const other = equations[row]!;
      const factor = other[column]! / own[column]!;
      for (let k = column; k <= count; k++) other[k]! -= factor * own[k]!;
    }
  }
  return Float64Array.from(equations, (equation, index) => equation[count]! / equation[index]!);
}
