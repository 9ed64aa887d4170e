/** One request that fell into a bucket, by its trace. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/**
 * The latest trace in every bucket of a histogram, by the bucket's line in the text format.
 *
 * prom-client's own exemplars are lost when the registries of several processes are added up, and cost a closure a request.
 */
export class Exemplars {
  readonly #name: string;
  readonly #bounds: readonly number[];
  readonly #byLine = new Map<string, Exemplar>();

  /** @param bounds upper bounds of the buckets, ascending */
  constructor(name: string, bounds: readonly number[]) {
    this.#name = name;
    this.#bounds = bounds;
  }

  /** @param labels in the order in which the histogram has them */
  keep(labels: Readonly<Record<string, string>>, value: number, traceId: string): void {
    const bound = this.#bounds.find((upper) => value <= upper) ?? '+Inf';
    let line = `${this.#name}_bucket{le="${bound}"`;
    for (const name in labels) line += `,${name}="${labels[name]!}"`;
    this.#byLine.set(`${line}}`, { traceId, value, at: Date.now() / 1000 });
  }

  /** As many as there are buckets that a request has fallen into. */
  entries(): [string, Exemplar][] {
    return [...this.#byLine];
  }
}
