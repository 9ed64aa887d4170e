import { overlapOf } from '@facet/math';

/**
 * Greedy non-maximum suppression, class by class in one pass over all.
 *
 * @param corners [n, 4] x1, y1, x2, y2, each with an area
 * @param classes [n]
 * @param confidences [n]; rows that hold 0 are no candidates
 * @param overlap intersection over union beyond which the weaker of two boxes of a class goes
 * @param most stops when so many are kept
 * @returns rows that are kept, best first; of equals the first row
 */
export function suppress(corners: Float64Array, classes: Int32Array, confidences: Float32Array, overlap: number, most: number): number[] {
  const order: number[] = [];
  for (let row = 0; row < confidences.length; row++) if (confidences[row]! > 0) order.push(row);
  order.sort((a, b) => confidences[b]! - confidences[a]! || a - b);

  const kept: number[] = [];
  for (const row of order) {
    if (kept.length >= most) break;
    if (!kept.some((other) => classes[other] === classes[row] && overlapOf(corners, corners, row * 4, other * 4) > overlap)) kept.push(row);
  }
  return kept;
}
