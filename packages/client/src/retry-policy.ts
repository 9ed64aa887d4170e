import type { FacetError } from './facet-error.ts';

const baseMs = 100;
const maxMs = 5000;
/** Retries that calls earn, and the most that are saved up: a server in trouble gets a tenth more work at most. */
const earnedPerCall = 0.1;
const mostSaved = 10;

/** 429 and 503 say that nothing was done; without an answer nothing is known, but to predict twice does no harm. */
function isWorthAnother({ status, code }: FacetError): boolean {
  return status === 429 || status === 502 || status === 503 || code === 'unreachable';
}

/** Decides whether to ask again and when; one for all calls of a client. */
export class RetryPolicy {
  readonly #retries: number;
  readonly #random: () => number;
  #saved = mostSaved;

  /** @param retries most attempts after the first */
  constructor(retries: number, random: () => number = Math.random) {
    this.#retries = retries;
    this.#random = random;
  }

  /** Notes a call's first attempt. */
  earn(): void {
    this.#saved = Math.min(mostSaved, this.#saved + earnedPerCall);
  }

  /**
   * Milliseconds to wait before the next attempt; undefined for none.
   *
   * As long as the server asked for, and otherwise a random part of a time that doubles ('full jitter', Brooker 2015), so that clients which
   * failed together do not come back together.
   *
   * @param attempt 0 after the first
   * @param remainingMs until the call's deadline: to wait beyond it is pointless
   */
  next(error: FacetError, attempt: number, remainingMs: number): number | undefined {
    if (attempt >= this.#retries || !isWorthAnother(error) || this.#saved < 1) return undefined;
    const jitter = this.#random() * Math.min(maxMs, baseMs * 2 ** attempt);
    const waitMs = error.retryAfterMs === undefined ? jitter : error.retryAfterMs + jitter;
    if (waitMs >= remainingMs) return undefined;
    this.#saved -= 1;
    return waitMs;
  }
}
