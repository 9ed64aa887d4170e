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
  readonly #byLabels: { readonly labels: string; readonly latest: (Exemplar | undefined)[] }[] = [];

  /** @param bounds upper bounds of the buckets, ascending */
  constructor(name: string, bounds: readonly number[]) {
    this.#name = name;
    this.#bounds = bounds;
  }

  /**
   * Where the traces of one set of labels are kept.
   *
   * @param labels in the order in which the histogram has them
   */
  of(labels: Readonly<Record<string, string>>): (value: number, traceId: string) => void {
    const bounds = this.#bounds;
    const latest: (Exemplar | undefined)[] = Array.from({ length: bounds.length + 1 }, () => undefined);
    this.#byLabels.push({ labels: Object.entries(labels).reduce((text, [name, value]) => `${text},${name}="${value}"`, ''), latest });
    return (value, traceId) => {
      let bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
      latest[bucket] = { traceId, value, at: Date.now() / 1000 };
    };
  }

  /** As many as there are buckets that a request has fallen into. */
  entries(): [string, Exemplar][] {
    return this.#byLabels.flatMap(({ labels, latest }) =>
      latest.flatMap((exemplar, bucket): [string, Exemplar][] =>
        exemplar ? [[`${this.#name}_bucket{le="${this.#bounds[bucket] ?? '+Inf'}"${labels}}`, exemplar]] : [],
      ),
    );
  }
}
