import { logBeta } from './log-beta.ts';

export interface SampleRatio {
  /** How much better the counts are explained by some other shares: 1/alpha or more is a mismatch at level alpha, at any time. */
  readonly evidence: number;
  readonly mismatch: boolean;
}

/** How closely alternatives gather about the expected shares: such as would come of a small fault. */
const concentration = 100;

/**
 * Whether requests were divided as the weights say. A mismatch means that the comparison compares other things than versions.
 *
 * The mixture of likelihood ratios over a Dirichlet prior is a martingale while the shares are right, so it may be looked at any time
 * (Lindon, Malek, 'Anytime-valid inference for multinomial count data', NeurIPS 2022).
 *
 * @param expected shares that add up to 1
 */
export function sampleRatio(counts: readonly number[], expected: readonly number[], alpha = 0.001): SampleRatio {
  const used = expected.map((share, index) => ({ share, count: counts[index]! })).filter(({ share, count }) => share > 0 || count > 0);
  if (used.some(({ share }) => share === 0)) return { evidence: Number.MAX_VALUE, mismatch: true };
  if (used.length < 2) return { evidence: 1, mismatch: false };
  const prior = used.map(({ share }) => share * concentration);
  const likelihood = used.reduce((sum, { share, count }) => sum + count * Math.log(share), 0);
  const logEvidence = logBeta(prior.map((a, index) => a + used[index]!.count)) - logBeta(prior) - likelihood;
  return { evidence: Math.min(Number.MAX_VALUE, Math.exp(logEvidence)), mismatch: logEvidence >= -Math.log(alpha) };
}
