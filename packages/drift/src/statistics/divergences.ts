import type { BinnedShares } from './binned.ts';

/**
 * Population stability index: Σ (r - s) ln(r / s) over the bins, the symmetrised divergence of Jeffreys. A bin that is empty in one sample
 * counts as a share of 0.0001 there, or less where the least share is less, as Evidently has it.
 */
export function populationStabilityIndex({ sample, reference }: BinnedShares): number {
  const s = filled(sample);
  const r = filled(reference);
  return r.reduce((sum, share, bin) => sum + (share - s[bin]!) * Math.log(share / s[bin]!), 0);
}

function filled(shares: readonly number[]): number[] {
  const least = Math.min(...shares.filter((share) => share !== 0));
  const filling = least <= 0.0001 ? least / 1e6 : 0.0001;
  return shares.map((share) => (share === 0 ? filling : share));
}

/** Jensen-Shannon distance: the square root of the divergence, in nats, as `scipy.spatial.distance.jensenshannon` has it. */
export function jensenShannon({ sample, reference }: BinnedShares): number {
  let sum = 0;
  for (const [bin, s] of sample.entries()) {
    const r = reference[bin]!;
    const middle = (s + r) / 2;
    if (s > 0) sum += s * Math.log(s / middle);
    if (r > 0) sum += r * Math.log(r / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2));
}
