import type { Row } from './feature.ts';

/** Rows as bytes, for the way between processes and into a state that is kept: doubles, row by row. */
export function packRows(rows: readonly Row[], width: number): Buffer {
  const values = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) for (let column = 0; column < width; column++) values[index * width + column] = row[column]!;
  return Buffer.from(values.buffer);
}

/** @param bytes whatever their alignment; what does not fill a row is left out */
export function unpackRows(bytes: Uint8Array, width: number): Float64Array[] {
  const count = Math.floor(bytes.length / (8 * width));
  const values = new Float64Array(count * width);
  // A copy: a Buffer may begin anywhere in memory that it shares.
  new Uint8Array(values.buffer).set(bytes.subarray(0, count * width * 8));
  return Array.from({ length: count }, (_, index) => values.subarray(index * width, (index + 1) * width));
}
