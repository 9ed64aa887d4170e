import type { Reliability } from './reference.ts';

/** How sure the answers are, and what share of them is expected to be right. */
export interface AccuracyEstimate {
  /** What share of the window's answers is expected to be right. */
  readonly estimate: number;
  readonly meanConfidence: number;
  /** Whether labelled data said how often answers of a confidence were right; else confidence itself is taken for it. */
  readonly calibrated: boolean;
  readonly n: number;
}

/**
 * Estimates accuracy without labels: the mean over the window of how often answers of such confidence were right on labelled data (the
 * average confidence of Guillory et al., ICCV 2021, after histogram binning by Zadrozny and Elkan, 2001). It follows shifts that make a
 * model unsure, and is blind to those that leave it sure and wrong.
 */
export function estimateAccuracy(confidences: readonly number[], reliability: Reliability | undefined): AccuracyEstimate | undefined {
  const known = confidences.filter((confidence) => !Number.isNaN(confidence));
  if (known.length === 0) return undefined;
  const bins = reliability && reliability.length > 0 ? reliability : undefined;
  const share = (confidence: number) => (bins?.find((bin) => confidence <= bin.confidence) ?? bins?.at(-1))?.accuracy ?? confidence;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { estimate: mean(known.map(share)), meanConfidence: mean(known), calibrated: bins !== undefined, n: known.length };
}

/**
 * How often answers were right by how sure they were, in bins of equal size.
 *
 * @param bins fewer where there are fewer than 20 answers a bin
 */
export function reliabilityOf(answers: readonly { confidence: number; isRight: boolean }[], bins = 10): Reliability {
  const sorted = [...answers].sort((a, b) => a.confidence - b.confidence);
  const size = Math.max(20, Math.ceil(sorted.length / bins));
  const result: Reliability = [];
  for (let start = 0; start < sorted.length; start += size) {
    const bin = sorted.slice(start, start + size);
    const last = start + size >= sorted.length;
    result.push({ confidence: last ? 1 : bin.at(-1)!.confidence, accuracy: bin.filter(({ isRight }) => isRight).length / bin.length, n: bin.length });
  }
  return result;
}
