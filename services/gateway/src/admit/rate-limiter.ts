/** How often something may happen. */
export interface Allowance {
  readonly ratePerSecond?: number | undefined;
  readonly burst?: number | undefined;
  readonly quotaPerDay?: number | undefined;
}

export type RateLimitDecision = { readonly allowed: true } | { readonly allowed: false; readonly limit: 'rate' | 'quota'; readonly retryAfterMs: number };

/** Counts what callers do against what they may. */
export interface RateLimiter {
  /**
   * @param cost predictions that the request is for; at most {@link capacityOf} and the quota, or it could never pass
   * @param usedToday of the quota, as another count knew last: this one goes on from it where it knows of less
   */
  take(caller: string, allowance: Allowance, cost?: number, usedToday?: number): Promise<RateLimitDecision> | RateLimitDecision;
}

export const allowed: RateLimitDecision = { allowed: true };

/** Requests that a bucket holds: at least one, or nothing would ever pass. */
export function capacityOf({ ratePerSecond = 0, burst }: Allowance): number {
  return Math.max(1, burst ?? Math.ceil(ratePerSecond));
}
