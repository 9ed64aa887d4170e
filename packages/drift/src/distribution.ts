/**
 * A sample as ascending distinct values with their counts. Where a sample has more values than are kept, neighbours are joined into
 * groups of equal size under their largest value, so that the cumulative share at every kept value stays exact.
 */
export interface Distribution {
  readonly n: number;
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

const maxValues = 256;

/**
 * Summarises values, whatever their order.
 *
 * @param values NaN is left out
 * @param most distinct values to keep
 */
export function distributionOf(values: Iterable<number>, most = maxValues): Distribution {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (distinct.at(-1) === value) counts[counts.length - 1]! += 1;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  return joined({ n: sorted.length, values: distinct, counts }, most);
}

function joined(full: Distribution, most: number): Distribution {
  if (full.values.length <= most) return full;
  const values: number[] = [];
  const counts: number[] = [];
  let gathered = 0;
  let seen = 0;
  for (const [index, value] of full.values.entries()) {
    gathered += full.counts[index]!;
    seen += full.counts[index]!;
    // The smallest value stands alone: what lies below it was never seen.
    const isFull = index === 0 || seen >= ((values.length + 1) * full.n) / most || index === full.values.length - 1;
    if (!isFull) continue;
    values.push(value);
    counts.push(gathered);
    gathered = 0;
  }
  return { n: full.n, values, counts };
}

/** Mean and (population) standard deviation. */
export function momentsOf({ n, values, counts }: Distribution): { mean: number; deviation: number } {
  let mean = 0;
  for (const [index, value] of values.entries()) mean += (value * counts[index]!) / n;
  let variance = 0;
  for (const [index, value] of values.entries()) variance += ((value - mean) ** 2 * counts[index]!) / n;
  return { mean, deviation: Math.sqrt(variance) };
}
