import { fullBucket, takeTokens, type TokenBucket, type TokenRate } from '@facet/math';

/** Frames that may come at once after a quiet time, a second's worth at most: cameras and networks do not tick evenly. */
const mostAtOnce = 8;

/** The frames of one stream that are let through. */
export class Pace {
  readonly #rate: TokenRate;
  readonly #bucket: TokenBucket;

  constructor(perSecond: number, nowMs: number) {
    this.#rate = { perSecond, capacity: Math.max(1, Math.min(mostAtOnce, perSecond)) };
    this.#bucket = fullBucket(this.#rate, nowMs);
  }

  /** Takes a turn: 0 when it is granted, else the milliseconds until one will be. */
  take(nowMs: number): number {
    return takeTokens(this.#bucket, this.#rate, nowMs);
  }
}
