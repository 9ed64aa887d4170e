import { fullBucket, takeTokens, type TokenBucket, type TokenRate } from '@facet/math';

interface RetryBudgetOptions {
  /** Attempts that may be repeated at one moment, after a quiet while. */
  readonly burst: number;
  /** Milliseconds, never going back. */
  readonly clock?: () => number;
}

/** Retries that each request earns: what they may add to the load in the long run. */
const ratio = 0.1;
/** The most that can be saved up for hedges. */
const maxSpare = 10;
/** Retries that a quiet system may make all the same. */
const perSecond = 10;

/**
 * How much work may be asked for twice, so that retries never become the load that breaks what is left of a service.
 *
 * A bucket of tokens: a request adds a tenth, a second adds ten, a retry takes one. Over any time the retries are at most
 * `burst + requests / 10 + 10 * seconds`.
 *
 * The burst is there for a pod that is killed: all that it was working on fails at one moment, a third of everything where there are three
 * pods, and a tenth would not pay for that. On the wire to one pod there are at most as many requests as connections, so a burst of that
 * size covers one pod, and at 500 requests a second it is there again two seconds later, for the next. Attempts that no pod ever saw
 * (refused connections) are not paid for at all: they made no work.
 */
export class RetryBudget {
  readonly #rate: TokenRate;
  readonly #clock: () => number;
  readonly #bucket: TokenBucket;
  /** What requests have earned and neither retries nor hedges have spent. */
  #spare = 0;

  constructor({ burst, clock = () => performance.now() }: RetryBudgetOptions) {
    this.#rate = { perSecond, capacity: burst };
    this.#clock = clock;
    this.#bucket = fullBucket(this.#rate, clock());
  }

  /** Notes a request's first attempt. */
  deposit(): void {
    this.#bucket.tokens = Math.min(this.#rate.capacity, this.#bucket.tokens + ratio);
    this.#spare = Math.min(maxSpare, this.#spare + ratio);
  }

  /** Pays for one retry; false when it cannot be afforded. */
  withdraw(): boolean {
    if (takeTokens(this.#bucket, this.#rate, this.#clock()) > 0) return false;
    this.#spare = Math.max(0, this.#spare - 1);
    return true;
  }

  /** Pays for one hedge, of what requests have earned and retries have left: there is no burst of those, and a quiet system has none. */
  withdrawSpare(): boolean {
    return this.#spare >= 1 && this.withdraw();
  }
}
