/** How fast a bucket fills, and how much it holds. */
export interface TokenRate {
  readonly perSecond: number;
  /** Tokens that may be taken at once after a quiet time. */
  readonly capacity: number;
}

/** The state of a token bucket. */
export interface TokenBucket {
  tokens: number;
  /** Milliseconds, on the clock of who takes. */
  filledAt: number;
}

export function fullBucket({ capacity }: Pick<TokenRate, 'capacity'>, nowMs: number): TokenBucket {
  return { tokens: capacity, filledAt: nowMs };
}

/**
 * Takes tokens, if there are enough.
 *
 * The rate is given anew each time, for limits change while they are in use.
 *
 * @param nowMs on one clock for all calls; a clock that goes back fills nothing
 * @returns 0 where they were taken, else the milliseconds until there will be enough
 */
export function takeTokens(bucket: TokenBucket, { perSecond, capacity }: TokenRate, nowMs: number, cost = 1): number {
  bucket.tokens = Math.min(capacity, bucket.tokens + (Math.max(0, nowMs - bucket.filledAt) / 1000) * perSecond);
  bucket.filledAt = nowMs;
  if (bucket.tokens < cost) return ((cost - bucket.tokens) / perSecond) * 1000;
  bucket.tokens -= cost;
  return 0;
}
