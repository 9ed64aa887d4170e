import type { DriftVersionStatus } from '@facet/contracts';
import { compare } from './compare.ts';
import { distributionOf, momentsOf, type Distribution } from './distribution.ts';
import type { Feature } from './feature.ts';

interface Parts {
  readonly values: readonly number[];
  readonly reference: Distribution | undefined;
  /** Share of what raises an alarm. */
  readonly evidence: number;
  readonly isDrifted: boolean;
}

/** What the status says of one feature. */
export function featureStatus(feature: Feature, { values, reference, evidence, isDrifted }: Parts): DriftVersionStatus['features'][string] {
  const { unit, doc, categories } = feature;
  const about = { ...(unit !== undefined && { unit }), doc, evidence: Math.min(1, evidence) };
  const sample = distributionOf(values, values.length);
  const window = sample.n > 0 ? { window: { n: sample.n, ...momentsOf(sample) } } : {};
  if (!reference || sample.n === 0) return { ...about, verdict: 'unknown', ...window };
  const { bins, jensenShannon, ...found } = compare(feature, sample, reference);
  return {
    ...about,
    verdict: isDrifted ? 'drift' : 'stable',
    ...found,
    jensen_shannon: jensenShannon,
    ...window,
    reference: { n: reference.n, ...momentsOf(reference) },
    bins: {
      edges: categories ? bins.edges.map((value) => categories[value] ?? String(value)) : [...bins.edges],
      window: [...bins.sample],
      reference: [...bins.reference],
    },
  };
}
