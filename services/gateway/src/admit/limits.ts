import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import type { Identity } from '../identify/identity.ts';
import { clientAddress } from './client-address.ts';
import type { AdmitMetrics } from './metrics.ts';
import type { ConcurrencyLimiter } from './pod-concurrency.ts';
import { capacityOf, type Allowance, type RateLimiter } from './rate-limiter.ts';

/** Who is counted: a caller who is known, or the address of one who is not. */
interface Counted {
  readonly request: IncomingMessage;
  readonly identity?: Identity | undefined;
}

interface LimitsOptions {
  readonly rateLimiter: RateLimiter;
  readonly concurrency: ConcurrencyLimiter;
  readonly metrics: AdmitMetrics;
  readonly trustedProxies: number;
  /** Of callers without a name, or with one that is unknown. */
  readonly addressAllowance: Allowance;
}

/** How often callers and addresses may ask, and how many requests of a caller may be under way at once. */
export class Limits {
  readonly #options: LimitsOptions;
  /** Whether addresses have a limit. */
  readonly ofAddresses: boolean;

  constructor(options: LimitsOptions) {
    this.#options = options;
    this.ofAddresses = options.addressAllowance.ratePerSecond !== undefined;
  }

  allowanceOf(identity: Identity | undefined): Allowance {
    return identity ? identity.limits : this.#options.addressAllowance;
  }

  /**
   * Counts predictions of a caller.
   *
   * @throws {Problem} `rate-limited`, `quota-exceeded`
   */
  async count({ request, identity }: Counted, cost = 1): Promise<void> {
    await (identity ? this.#countCaller(identity, cost) : this.countAddress(request, cost));
  }

  /** @throws {Problem} `rate-limited` */
  async countAddress(request: IncomingMessage, cost = 1): Promise<void> {
    if (!this.ofAddresses) return;
    const { rateLimiter, metrics, trustedProxies, addressAllowance } = this.#options;
    const decision = await rateLimiter.take(`address:${clientAddress(request, trustedProxies)}`, addressAllowance, cost);
    if (decision.allowed) return;
    metrics.refused('address');
    throw new Problem('rate-limited', 'The rate limit for this address is exceeded.', { retryAfterSeconds: decision.retryAfterMs / 1000 });
  }

  async #countCaller({ id, limits }: Identity, cost: number): Promise<void> {
    if (limits.ratePerSecond === undefined && limits.quotaPerDay === undefined) return;
    const { rateLimiter, metrics } = this.#options;
    const decision = await rateLimiter.take(`caller:${id}`, limits, cost);
    if (decision.allowed) return;
    metrics.refused(decision.limit);
    const retryAfterSeconds = decision.retryAfterMs / 1000;
    throw decision.limit === 'rate'
      ? new Problem('rate-limited', `'${id}' is limited to ${limits.ratePerSecond} requests per second.`, { retryAfterSeconds })
      : new Problem('quota-exceeded', `'${id}' is limited to ${limits.quotaPerDay} requests per day (UTC).`, { retryAfterSeconds });
  }

  /**
   * Takes a place among the requests that a caller may have under way, until the request ends.
   *
   * @throws {Problem} `too-many-at-once`
   */
  async hold({ id, limits }: Identity, onEnd: (callback: () => void) => void): Promise<void> {
    if (limits.concurrency === undefined) return;
    const { concurrency, metrics } = this.#options;
    const lease = await concurrency.acquire(id, limits.concurrency);
    if (!lease) {
      metrics.refused('concurrency');
      throw new Problem('too-many-at-once', `'${id}' is limited to ${limits.concurrency} concurrent requests.`, { retryAfterSeconds: 1 });
    }
    onEnd(() => lease.release());
  }

  /** Counts further items of a batch where one has been counted; undefined where nothing limits them. */
  chargeOf(counted: Counted): ((items: number) => Promise<void>) | undefined {
    const allowance = this.allowanceOf(counted.identity);
    if (allowance.ratePerSecond === undefined && allowance.quotaPerDay === undefined) return undefined;
    return async (items) => {
      refuseOversized(allowance, items + 1);
      await this.count(counted, items);
    };
  }
}

/** @throws {Problem} `batch-over-limit` for a batch that no wait would let pass */
function refuseOversized(allowance: Allowance, items: number): void {
  const { ratePerSecond, quotaPerDay = Infinity } = allowance;
  const most = Math.min(ratePerSecond === undefined ? Infinity : capacityOf(allowance), quotaPerDay);
  if (items <= most) return;
  throw new Problem('batch-over-limit', `The batch has ${items} items, and each counts as one request; the limits allow at most ${most}.`);
}
