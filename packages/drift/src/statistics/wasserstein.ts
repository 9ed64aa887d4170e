import { momentsOf, type Distribution } from '../distribution.ts';

/** Least standard deviation that a distance is measured in, as Evidently has it: a constant feature has none. */
const leastDeviation = 0.001;

/**
 * First Wasserstein distance: the area between two empirical distribution functions, as `scipy.stats.wasserstein_distance` has it.
 *
 * @returns in the values' own unit, and in standard deviations of the reference
 */
export function wasserstein(sample: Distribution, reference: Distribution): { distance: number; normed: number } {
  let [i, j, belowA, belowB, distance] = [0, 0, 0, 0, 0];
  let before = Math.min(sample.values[0] ?? Infinity, reference.values[0] ?? Infinity);
  while (i < sample.values.length || j < reference.values.length) {
    const at = Math.min(sample.values[i] ?? Infinity, reference.values[j] ?? Infinity);
    distance += Math.abs(belowA / sample.n - belowB / reference.n) * (at - before);
    before = at;
    if (sample.values[i] === at) belowA += sample.counts[i++]!;
    if (reference.values[j] === at) belowB += reference.counts[j++]!;
  }
  return { distance, normed: distance / Math.max(momentsOf(reference).deviation, leastDeviation) };
}
