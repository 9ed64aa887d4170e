import type { Finding } from './evaluator.ts';

/** So unlikely must a sample's result be under the claim before the claim counts as refuted. */
const significance = 0.01;

/**
 * Says how a measurement refutes a claim, or nothing when it does not.
 *
 * A full measurement may lie below the claim by the tolerance. A sample may lie below it by chance: it refutes the claim when
 * a model that is as good as claimed would do so badly in less than one sample of a hundred (binomial, one-sided; a sample
 * drawn from a finite set scatters less, so that the bound is on the safe side).
 *
 * What is no share of right answers cannot be judged on a sample.
 */
export function shortfall(claim: number, { value, samples, of, kind, tolerance }: Omit<Finding, 'metric'>): string | undefined {
  if (samples < of) {
    if (kind !== 'share') return undefined;
    const chance = binomialUpTo(Math.round(value * samples), samples, claim);
    return chance < significance ? `claims ${claim}, found ${value.toFixed(4)}: ${(100 * chance).toPrecision(2)} % likely by chance` : undefined;
  }
  const gap = kind === 'lower' ? value - claim : claim - value;
  return gap > tolerance + 1e-9 ? `claims ${claim}, found ${value.toFixed(4)}` : undefined;
}

/** Probability of at most `right` successes in so many independent tries. */
export function binomialUpTo(right: number, tries: number, probability: number): number {
  if (right >= tries) return 1;
  if (probability >= 1) return 0;
  if (probability <= 0) return 1;
  // From C(n, 0) on, each term by its ratio to the one before, in logarithms: factorials would overflow.
  let term = tries * Math.log1p(-probability);
  let sum = 0;
  for (let successes = 0; successes <= right; successes += 1) {
    sum += Math.exp(term);
    term += Math.log((tries - successes) / (successes + 1)) + Math.log(probability) - Math.log1p(-probability);
  }
  return Math.min(1, sum);
}
