/** Failures in a row that send an endpoint out, unless one says enough by itself. */
const patience = 5;
/** The first time out. Each further one doubles it: a pod that restarts comes back soon, one that keeps failing costs little. */
const floorMs = 1000;
const capMs = 30_000;

/**
 * Whether one endpoint is to be left alone for a while.
 *
 * In (no failure), out (until a time), or on trial: its time is over and no answer has come yet. Every time here is on the clock of
 * `performance.now()`.
 */
export class Ejection {
  #failures = 0;
  #times = 0;
  #until = 0;

  /** Between its first ejection and its next answer. */
  get isOnTrial(): boolean {
    return this.#times > 0;
  }

  isOut(now: number): boolean {
    return now < this.#until;
  }

  /** An answer came: whatever was before is forgotten. */
  succeed(): void {
    this.#failures = 0;
    this.#times = 0;
    this.#until = 0;
  }

  /**
   * @param isPlain nobody answers there, or it says itself that it is not up: one is enough
   * @returns true when the endpoint goes out by this
   */
  fail(now: number, isPlain: boolean): boolean {
    // All that was in flight fails together; that is one failure, not many.
    if (this.isOut(now)) return false;
    this.#failures += 1;
    if (!isPlain && !this.isOnTrial && this.#failures < patience) return false;
    this.#until = now + Math.min(capMs, floorMs * 2 ** this.#times);
    this.#times += 1;
    this.#failures = 0;
    return true;
  }
}
