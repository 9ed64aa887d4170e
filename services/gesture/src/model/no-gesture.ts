import type { Rejection } from '@facet/inference';

/** Natural logarithm of the summed exponentials, without overflow: minus the free energy of a classifier (Liu et al. 2020). */
function logSumExp(values: Float32Array): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** Natural logarithm of the odds. */
function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/**
 * Says how little a hand looks like any known gesture, 0 to 1, and whether it is to be taken for none.
 *
 * With energy the score is what a further class 'none', whose logit is always the threshold, would get beside all others
 * together; with the largest probability its odds are held against the threshold's. Either is 0.5 at the threshold.
 *
 * @param confidence the largest of the probabilities that the logits give
 */
export function judgeStranger(logits: Float32Array, confidence: number, { score, threshold }: Rejection): { score: number; rejected: boolean } {
  const margin = score === 'energy' ? logSumExp(logits) - threshold : logOdds(confidence) - logOdds(threshold);
  return { score: 1 / (1 + Math.exp(margin)), rejected: margin < 0 };
}
