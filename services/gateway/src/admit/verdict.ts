/** How often something may happen. */
export interface Allowance {
  readonly ratePerSecond?: number | undefined;
  readonly burst?: number | undefined;
  readonly quotaPerDay?: number | undefined;
}

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly limit: 'rate' | 'quota'; readonly retryAfterMs: number };

/** Counts what callers do against what they may. */
export interface Meter {
  take(caller: string, allowance: Allowance): Promise<Verdict> | Verdict;
}

export const allowed: Verdict = { allowed: true };

/** Requests that a bucket holds: at least one, or nothing would ever pass. */
export function capacityOf({ ratePerSecond = 0, burst }: Allowance): number {
  return Math.max(1, burst ?? Math.ceil(ratePerSecond));
}
