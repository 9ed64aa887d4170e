/** How many events happened in the last second. */
export class Rate {
  #times: number[] = [];

  /** Counts an event and gives the events a second. */
  tick(nowMs = performance.now()): number {
    this.#times.push(nowMs);
    this.#times = this.#times.filter((time) => nowMs - time < 1000);
    return this.#times.length;
  }
}
