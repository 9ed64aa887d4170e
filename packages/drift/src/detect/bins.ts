import type { Distribution } from '../distribution.ts';

/** Bins into which a continuous feature is divided, so that each holds the same share of the reference. */
const continuousBins = 32;

/** Where a value lies among the values of a reference. */
export class Bins {
  readonly #edges: Float64Array;
  /** Each edge is a value of its own, and what lies between two is another bin. */
  readonly #isDiscrete: boolean;
  /** Values of the reference in each bin. */
  readonly counts: Float64Array;

  constructor({ n, values, counts }: Distribution) {
    this.#isDiscrete = values.length <= continuousBins;
    const edges: number[] = [];
    const mass: number[] = [0];
    let gathered = 0;
    let seen = 0;
    for (const [index, value] of values.entries()) {
      gathered += counts[index]!;
      seen += counts[index]!;
      if (this.#isDiscrete) {
        edges.push(value);
        mass.push(gathered, 0);
        gathered = 0;
      } else if (seen >= (edges.length * n) / continuousBins || index === values.length - 1) {
        if (edges.length > 0) mass.push(gathered);
        if (edges.length > 0) gathered = 0;
        edges.push(value);
      }
    }
    if (!this.#isDiscrete) mass.push(0);
    this.#edges = Float64Array.from(edges);
    this.counts = Float64Array.from(mass);
  }

  /** Share of the reference in each bin, where each value has its own; nothing for continuous features. */
  get shares(): readonly number[] | undefined {
    if (!this.#isDiscrete) return undefined;
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    return Array.from(this.counts, (count) => count / total);
  }

  /** The bin of a value; the first and the last are for what lies outside of the reference. */
  indexOf(value: number): number {
    const edges = this.#edges;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! < value) low = middle + 1;
      else high = middle;
    }
    if (this.#isDiscrete) return edges[low] === value ? 2 * low + 1 : 2 * low;
    // The least value of the reference belongs to the first bin within it.
    return low === 0 && edges[0] === value ? 1 : low;
  }
}
