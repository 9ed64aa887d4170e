import { fullBucket, takeTokens, type TokenBucket } from '@facet/math';
import { allowed, capacityOf, type Allowance, type RateLimiter, type RateLimitDecision } from './rate-limiter.ts';

interface Account {
  readonly bucket: TokenBucket;
  day: number;
  usedToday: number;
}

const dayMs = 86_400_000;

interface LocalRateLimiterOptions {
  /** Callers that are remembered; who asked longest ago is forgotten first, and begins anew. */
  readonly maxCallers?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Token buckets and daily quotas in this process's memory: quotas begin anew with it. */
export class LocalRateLimiter implements RateLimiter {
  /** Apart: callers with a quota are few, addresses are as many as an attacker likes, and a quota that is forgotten starts anew. */
  readonly #accounts = { quota: new Map<string, Account>(), rate: new Map<string, Account>() };
  readonly #maxCallers: number;
  readonly #clock: () => number;

  constructor({ maxCallers = 100_000, clock = Date.now }: LocalRateLimiterOptions = {}) {
    this.#maxCallers = maxCallers;
    this.#clock = clock;
  }

  take(caller: string, allowance: Allowance, cost = 1, usedToday = 0): RateLimitDecision {
    const now = this.#clock();
    const { ratePerSecond, quotaPerDay } = allowance;
    const capacity = capacityOf(allowance);
    const today = Math.floor(now / dayMs);
    const accounts = this.#accounts[quotaPerDay === undefined ? 'rate' : 'quota'];
    const account = accounts.get(caller) ?? { bucket: fullBucket({ capacity }, now), day: today, usedToday: 0 };
    // Last in the map is who asked last.
    accounts.delete(caller);
    accounts.set(caller, account);
    if (accounts.size > this.#maxCallers) accounts.delete(accounts.keys().next().value!);

    if (account.day !== today) Object.assign(account, { day: today, usedToday: 0 });
    account.usedToday = Math.max(account.usedToday, usedToday);
    if (quotaPerDay !== undefined && account.usedToday + cost > quotaPerDay) return { allowed: false, limit: 'quota', retryAfterMs: (today + 1) * dayMs - now };
    if (ratePerSecond !== undefined) {
      const retryAfterMs = takeTokens(account.bucket, { perSecond: ratePerSecond, capacity }, now, cost);
      if (retryAfterMs > 0) return { allowed: false, limit: 'rate', retryAfterMs };
    }
    account.usedToday += cost;
    return allowed;
  }
}
