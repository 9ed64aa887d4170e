import type { Distribution } from '../distribution.ts';

/** Shares of two samples in the same bins. */
export interface BinnedShares {
  readonly sample: readonly number[];
  readonly reference: readonly number[];
  /** Bounds of the bins, one more than bins; for values that are counted one by one, the values themselves. */
  readonly edges: readonly number[];
}

/** Distinct values of the reference up to which each is a bin of its own. */
const fewValues = 20;

/**
 * Sorts two samples into the bins that Evidently uses: each value of its own where the reference has 20 or fewer, else equal widths by
 * Sturges' rule over both samples.
 */
export function binnedShares(sample: Distribution, reference: Distribution): BinnedShares {
  if (reference.values.length <= fewValues) return byValue(sample, reference);
  const least = Math.min(sample.values[0] ?? Infinity, reference.values[0]!);
  const most = Math.max(sample.values.at(-1) ?? -Infinity, reference.values.at(-1)!);
  const bins = Math.ceil(Math.log2(sample.n + reference.n) + 1);
  const edges = Array.from({ length: bins + 1 }, (_, index) => (index === bins ? most : least + ((most - least) * index) / bins));
  return { sample: shares(sample, edges), reference: shares(reference, edges), edges };
}

function byValue(sample: Distribution, reference: Distribution): BinnedShares {
  const edges = [...new Set([...sample.values, ...reference.values])].sort((a, b) => a - b);
  const of = ({ n, values, counts }: Distribution) => {
    const found = new Map(values.map((value, index) => [value, counts[index]! / n]));
    return edges.map((value) => found.get(value) ?? 0);
  };
  return { sample: of(sample), reference: of(reference), edges };
}

/** A bin takes its lower bound, the last one both. */
function shares({ n, values, counts }: Distribution, edges: readonly number[]): number[] {
  const result = Array.from({ length: edges.length - 1 }, () => 0);
  let bin = 0;
  for (const [index, value] of values.entries()) {
    while (bin < result.length - 1 && value >= edges[bin + 1]!) bin += 1;
    result[bin]! += counts[index]! / n;
  }
  return result;
}
