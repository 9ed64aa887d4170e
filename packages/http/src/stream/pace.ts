/** Frames that may come at once after a quiet time, a second's worth at most: cameras and networks do not tick evenly. */
const mostAtOnce = 8;

/** Lets so many through a second: a token bucket. */
export class Pace {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, Math.min(mostAtOnce, perSecond));
    this.#tokens = this.#burst;
    this.#filledAt = nowMs;
  }

  /** Takes a turn: 0 when it is granted, else the milliseconds until one will be. */
  take(nowMs: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledAt) * this.#perMs);
    this.#filledAt = nowMs;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perMs;
    this.#tokens -= 1;
    return 0;
  }
}
