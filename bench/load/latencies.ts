/** Latencies in milliseconds, in memory that grows by doubling so that recording one allocates nothing. */
export class Latencies {
  #values = new Float64Array(1 << 14);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = ms;
  }

  /** The values below which the given shares of all lie; 0 where there are none. */
  quantiles<K extends string>(shares: Readonly<Record<K, number>>): Record<K, number> {
    const sorted = this.#values.subarray(0, this.#count).sort();
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return Object.fromEntries(Object.entries<number>(shares).map(([name, share]) => [name, at(share)])) as Record<K, number>;
  }
}
