/** How many latencies are looked at, and after how many new ones. */
const kept = 512;
const renewedEvery = 64;

/** A quantile of the latencies of late. */
export class RecentLatencies {
  readonly #quantile: number;
  readonly #values = new Float64Array(kept);
  #seen = 0;
  #ms: number | undefined;

  /** @param quantile such as 0.95 */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** Milliseconds; undefined before there are enough. */
  get ms(): number | undefined {
    return this.#ms;
  }

  see(latencyMs: number): void {
    this.#values[this.#seen % kept] = latencyMs;
    this.#seen += 1;
    if (this.#seen % renewedEvery !== 0) return;
    const sorted = this.#values.slice(0, Math.min(kept, this.#seen)).toSorted();
    this.#ms = sorted[Math.floor(this.#quantile * sorted.length)];
  }
}
