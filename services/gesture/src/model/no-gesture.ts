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
 * How far a hand lies on the side of gestures from the threshold at which it would be rejected: the model's energy, or the log odds of its
 * largest probability, minus the threshold's; below 0 it is rejected.
 *
 * @param confidence the largest of the probabilities that the logits give
 */
export function rejectionMargin(logits: Float32Array, confidence: number, { score, threshold }: Rejection): number {
  return score === 'energy' ? logSumExp(logits) - threshold : logOdds(confidence) - logOdds(threshold);
}

/**
 * Says how little a hand looks like any known gesture, 0 to 1, and whether it is to be taken for none.
 *
 * With energy the score is what a further class 'none', whose logit is always the threshold, would get beside all others
 * together; with the largest probability its odds are held against the threshold's. Either is 0.5 at the threshold.
 *
 * @param confidence the largest of the probabilities that the logits give
 */
export function judgeStranger(logits: Float32Array, confidence: number, rejection: Rejection): { score: number; rejected: boolean } {
  const margin = rejectionMargin(logits, confidence, rejection);
  return { score: 1 / (1 + Math.exp(margin)), rejected: margin < 0 };
}
