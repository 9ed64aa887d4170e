/** Answers of which one mean is taken: light and heavy requests come mixed, and the least mean of a few would be that of a light few. */
const blockAnswers = 300;
/** How long the least mean is remembered, at least; at most twice as long. */
const rememberedMs = 30_000;

/** How long a service takes while nothing queues: the least mean of a block of answers lately. All times are milliseconds. */
export class BaseLatency {
  #least = Infinity;
  #leastBefore = Infinity;
  #turnsAt = 0;
  #sumMs = 0;
  #answers = 0;

  /** Infinite before the first answers. */
  get ms(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  /**
   * Takes the answers of a window in.
   *
   * @param isKept the least is not forgotten for now: under a standing load nothing would come to replace it
   */
  see(sumMs: number, answers: number, now: number, isKept: boolean): void {
    this.#sumMs += sumMs;
    this.#answers += answers;
    if (this.#answers < blockAnswers && this.ms < Infinity) return;
    if (now >= this.#turnsAt && !isKept) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#turnsAt = now + rememberedMs;
    }
    this.#least = Math.min(this.#least, this.#sumMs / this.#answers);
    this.#sumMs = 0;
    this.#answers = 0;
  }

  /** What was measured without a queue replaces what was remembered. */
  measure(meanMs: number, now: number): void {
    this.#least = meanMs;
    this.#leastBefore = Infinity;
    this.#turnsAt = now + rememberedMs;
    this.#sumMs = 0;
    this.#answers = 0;
  }
}
