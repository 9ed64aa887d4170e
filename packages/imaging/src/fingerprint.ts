import { luma } from './convert-pixels.ts';
import type { Pixels } from './pixels.ts';

const columns = 9;
const rows = 8;

/** Pixels that are averaged along each side of a cell, at most. */
const samplesEach = 4;

/**
 * A hash that similar pictures share most bits of: whether each of 9x8 cells is brighter than its neighbour (Krawetz, 'Kind of like that',
 * 2013). Blank parts give zeros.
 *
 * @returns 64 bits as two numbers of 32
 */
export function fingerprint({ data, width, height, channels }: Pixels): readonly [number, number] {
  const shade = (column: number, row: number): number => {
    let [sum, count] = [0, 0];
    for (let down = 0; down < samplesEach; down++) {
      const y = Math.min(height - 1, Math.trunc(((row + (down + 0.5) / samplesEach) * height) / rows));
      for (let across = 0; across < samplesEach; across++) {
        const x = Math.min(width - 1, Math.trunc(((column + (across + 0.5) / samplesEach) * width) / columns));
        const i = (y * width + x) * channels;
        sum += channels >= 3 ? luma(data[i]!, data[i + 1]!, data[i + 2]!) : data[i]!;
        count += 1;
      }
    }
    return sum / count;
  };
  const words: [number, number] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let left = shade(0, row);
    for (let column = 1; column < columns; column++) {
      const right = shade(column, row);
      const bit = row * 8 + column - 1;
      if (right > left) words[bit >> 5]! |= 1 << (bit & 31);
      left = right;
    }
  }
  return words;
}
