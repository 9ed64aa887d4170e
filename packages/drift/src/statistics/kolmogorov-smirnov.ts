import type { Distribution } from '../distribution.ts';

/**
 * Two-sample Kolmogorov-Smirnov test: the largest difference between two empirical distribution functions, and the p-value of
 * Kolmogorov's limit distribution at √(nm/(n+m))·D (Smirnov 1939), as `scipy.stats.kstwobign` has it.
 */
export function kolmogorovSmirnov(a: Distribution, b: Distribution): { statistic: number; p: number } {
  let [i, j, belowA, belowB, statistic] = [0, 0, 0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const at = Math.min(a.values[i] ?? Infinity, b.values[j] ?? Infinity);
    if (a.values[i] === at) belowA += a.counts[i++]!;
    if (b.values[j] === at) belowB += b.counts[j++]!;
    statistic = Math.max(statistic, Math.abs(belowA / a.n - belowB / b.n));
  }
  return { statistic, p: kolmogorov(statistic * Math.sqrt((a.n * b.n) / (a.n + b.n))) };
}

/** P(K > x) for Kolmogorov's distribution, by the one of its two series that converges fast. */
function kolmogorov(x: number): number {
  if (x < 1e-3) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 20; k++) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, 2 * sum));
}
