import type { Interval } from './proportion-interval.ts';

/** Sums from which a mean and its variance follow; they add up over processes. */
export interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

/** Number of values at which the interval is tightest. */
const tightestAt = 1000;

/**
 * A mean with an interval that may be looked at as often as one likes: an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha,
 * Kennedy, Ramdas, 'Time-uniform central limit theory and asymptotic confidence sequences', Annals of Statistics 2024, theorem 2.2).
 *
 * @param alpha chance that the interval ever leaves the true mean out, in the limit
 */
export function meanInterval({ n, sum, squares }: Sums, alpha = 0.05): ({ readonly mean: number } & Interval) | undefined {
  if (n < 2) return undefined;
  const mean = sum / n;
  const variance = Math.max(0, squares / n - mean * mean);
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha)) + 1) / tightestAt;
  const reach = Math.sqrt(variance * ((n * rho2 + 1) / (n * n * rho2)) * Math.log((n * rho2 + 1) / (alpha * alpha)));
  return { mean, low: mean - reach, high: mean + reach };
}
