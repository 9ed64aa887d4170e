/** What a quarter of the values lie below: disturbed runs only ever cost more. */
export function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2]!;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the median lies with at least 95 % certainty: the sign test's interval, which trusts nothing about how the values scatter.
 *
 * A value lies under the true median as a coin falls. So the k-th smallest lies above it only when fewer than k of n coins fell so,
 * and k is the largest for which that happens in at most 2.5 % of cases. Under 6 values none is: then all of them span it.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let skipped = 0;
  // Chance of exactly `skipped` of n coins, as its logarithm since that of a thousand is no number, and of at most so many.
  let exactly = n * Math.log(0.5);
  let atMost = Math.exp(exactly);
  while (atMost <= 0.025) {
    skipped += 1;
    exactly += Math.log((n - skipped + 1) / skipped);
    atMost += Math.exp(exactly);
  }
  const from = Math.max(0, skipped - 1);
  return { low: sorted[from]!, high: sorted[n - 1 - from]! };
}

/** A new order of the items every time. */
export function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}
