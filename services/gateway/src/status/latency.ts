import type { Sample } from './parse-samples.ts';

/** Requests by the upper bound of their bucket, in seconds, ascending; each bucket holds those below it too. */
export type Buckets = ReadonlyMap<number, number>;

/** Adds up the buckets of one histogram. */
export function bucketsOf(samples: readonly Sample[], name: string, counts: (labels: Sample['labels']) => boolean): Buckets {
  const sums = new Map<number, number>();
  for (const { name: own, labels, value } of samples) {
    if (own !== `${name}_bucket` || !counts(labels)) continue;
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    sums.set(bound, (sums.get(bound) ?? 0) + value);
  }
  return new Map([...sums].toSorted(([a], [b]) => a - b));
}

/** What came since. */
export function since(now: Buckets, before: Buckets): Buckets {
  return new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]));
}

/**
 * Seconds below which a share of the requests stayed, taken as even within a bucket, as Prometheus' `histogram_quantile` does; undefined
 * without requests.
 */
export function quantile(buckets: Buckets, share: number): number | undefined {
  const total = buckets.get(Infinity) ?? 0;
  if (total <= 0) return undefined;
  let [lower, below] = [0, 0];
  for (const [upper, count] of buckets) {
    if (count >= share * total) return upper === Infinity ? lower : lower + ((share * total - below) / Math.max(1e-9, count - below)) * (upper - lower);
    [lower, below] = [upper, count];
  }
  return lower;
}
