/** Frames that may come at once after a quiet time: cameras and networks do not tick evenly. */
const burst = 8;

/** Lets so many through a second: a token bucket. */
export class Pace {
  readonly #perMs: number;
  #tokens = burst;
  #filledAt: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#filledAt = nowMs;
  }

  /** Takes a turn: 0 when it is granted, else the milliseconds until one will be. */
  take(nowMs: number): number {
    this.#tokens = Math.min(burst, this.#tokens + (nowMs - this.#filledAt) * this.#perMs);
    this.#filledAt = nowMs;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perMs;
    this.#tokens -= 1;
    return 0;
  }
}
