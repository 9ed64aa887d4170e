import type { Distribution } from './distribution.ts';
import type { Feature } from './feature.ts';
import { binnedShares, type BinnedShares } from './statistics/binned.ts';
import { chiSquared } from './statistics/chi-squared.ts';
import { jensenShannon, populationStabilityIndex } from './statistics/divergences.ts';
import { kolmogorovSmirnov } from './statistics/kolmogorov-smirnov.ts';
import { wasserstein } from './statistics/wasserstein.ts';

/** How two samples of one feature differ. */
export interface Comparison {
  readonly test: 'kolmogorov-smirnov' | 'chi-squared';
  /** null where it is infinite: a class that the reference never had. */
  readonly statistic: number | null;
  /** Of this one look, uncorrected: it describes, the verdict comes from the sequential test. */
  readonly p: number;
  readonly psi: number;
  readonly jensenShannon: number;
  /** In standard deviations of the reference; classes have no such distance. */
  readonly wasserstein?: number;
  readonly bins: BinnedShares;
}

/** Compares a sample with its reference by the tests and distances that suit the feature; both have at least one value. */
export function compare(feature: Feature, sample: Distribution, reference: Distribution): Comparison {
  const bins = binnedShares(sample, reference);
  const distances = { psi: populationStabilityIndex(bins), jensenShannon: jensenShannon(bins), bins };
  if (feature.categories) {
    const { statistic, p } = chiSquared(sample, reference);
    return { test: 'chi-squared', statistic: Number.isFinite(statistic) ? statistic : null, p, ...distances };
  }
  return { test: 'kolmogorov-smirnov', ...kolmogorovSmirnov(sample, reference), ...distances, wasserstein: wasserstein(sample, reference).normed };
}
