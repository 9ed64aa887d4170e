import { Problem } from '@facet/problem';
import type { Landmarks } from './landmarks.ts';

/**
 * Features as the models were trained on: x and y of each point minus the wrist's, divided by the largest distance from the wrist,
 * in square pixels.
 *
 * @param hand its `aspect` is width by height of the frame that its coordinates are normalised by; 1 where it is not known
 * @returns 42 values, none beyond 1
 * @throws {Problem} `invalid-landmarks` when all points lie in one place
 */
export function toFeatures({ points, aspect = 1 }: { readonly points: Float64Array; readonly aspect?: Landmarks['aspect'] }): Float32Array {
  const wristX = points[0]!;
  const wristY = points[1]!;
  const offsets = new Float64Array(points.length);
  let squared = 0;
  for (let i = 0; i < points.length; i += 2) {
    // Coordinates that are normalised by a frame that is not square squeeze the hand; only the ratio counts, for the size is divided out.
    const x = (points[i]! - wristX) * aspect;
    const y = points[i + 1]! - wristY;
    offsets[i] = x;
    offsets[i + 1] = y;
    squared = Math.max(squared, x * x + y * y);
  }
  // Math.hypot takes care of numbers beyond 1e154, and twenty times as long.
  const farthest = Math.sqrt(squared);
  if (farthest === 0) throw new Problem('invalid-landmarks');
  if (!Number.isFinite(farthest)) throw new Problem('invalid-landmarks', 'The landmarks are too far apart to be a hand.');
  const features = new Float32Array(offsets.length);
  for (let i = 0; i < offsets.length; i++) features[i] = offsets[i]! / farthest;
  return features;
}
