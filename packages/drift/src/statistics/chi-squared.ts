import { logGamma } from '@facet/math';
import type { Distribution } from '../distribution.ts';

/**
 * Pearson's chi-squared test of a sample's counts against those that the reference's shares make expected, as `scipy.stats.chisquare`
 * has it. A value that the reference lacks makes the statistic infinite and the p-value 0.
 */
export function chiSquared(sample: Distribution, reference: Distribution): { statistic: number; p: number; degrees: number } {
  const observed = new Map(sample.values.map((value, index) => [value, sample.counts[index]!]));
  const expected = new Map(reference.values.map((value, index) => [value, (reference.counts[index]! * sample.n) / reference.n]));
  const values = new Set([...observed.keys(), ...expected.keys()]);
  let statistic = 0;
  for (const value of values) {
    const e = expected.get(value) ?? 0;
    statistic += ((observed.get(value) ?? 0) - e) ** 2 / e;
  }
  const degrees = values.size - 1;
  return { statistic, p: degrees === 0 ? 1 : upperGamma(degrees / 2, statistic / 2), degrees };
}

const terms = 1000;
const precision = 1e-15;

/** Regularised upper incomplete gamma function Q(a, x): a series below a + 1, Lentz's continued fraction above (Abramowitz, Stegun 6.5.29 and 6.5.31). */
function upperGamma(a: number, x: number): number {
  if (x === Infinity) return 0;
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < terms && term > sum * precision; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < terms; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return scale * fraction;
}
