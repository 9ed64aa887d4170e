/** How much one caller may ask for; what is undefined has no limit. */
export interface CallerLimits {
  readonly ratePerSecond?: number | undefined;
  /** Requests that may come at once after a pause; by default a second's worth. */
  readonly burst?: number | undefined;
  readonly quotaPerDay?: number | undefined;
  /** Requests under way at once. */
  readonly concurrency?: number | undefined;
}

/** Who asks. */
export interface Identity {
  /** Names the caller in logs and audits; no secret. */
  readonly id: string;
  /** Tasks, `*` for all of them, and `admin`. */
  readonly scopes: ReadonlySet<string>;
  readonly limits: CallerLimits;
  /** False once the key has gone or expired: a stream outlives the moment in which its caller was known. */
  readonly isCurrent: () => boolean;
}
