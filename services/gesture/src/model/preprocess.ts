import { Problem } from '@facet/problem';
import type { Landmarks } from './landmarks.ts';

/**
 * Features as the models were trained on: x and y of each point minus the wrist's, divided by the largest distance from the wrist,
 * in square pixels.
 *
 * @returns 42 values, none beyond 1
 * @throws {Problem} `invalid-landmarks` when all points lie in one place
 */
export function toFeatures({ points, image }: Landmarks): Float32Array {
  // Shares of a frame that is not square squeeze the hand; only the ratio counts, for the size is divided out.
  const aspect = image ? image.width / image.height : 1;
  const wristX = points[0]!;
  const wristY = points[1]!;
  const offsets = new Float64Array(points.length);
  let farthest = 0;
  for (let i = 0; i < points.length; i += 2) {
    offsets[i] = (points[i]! - wristX) * aspect;
    offsets[i + 1] = points[i + 1]! - wristY;
    farthest = Math.max(farthest, Math.hypot(offsets[i]!, offsets[i + 1]!));
  }
  if (farthest === 0) throw new Problem('invalid-landmarks');
  if (!Number.isFinite(farthest)) throw new Problem('invalid-landmarks', 'The landmarks lie too far apart to be a hand.');
  return Float32Array.from(offsets, (offset) => offset / farthest);
}
