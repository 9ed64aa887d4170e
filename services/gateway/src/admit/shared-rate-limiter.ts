import type { RedisClient, RedisLink } from '@facet/redis';
import { withTimeout } from '../with-timeout.ts';
import { QuotaMemory } from './quota-memory.ts';
import { allowed, capacityOf, type Allowance, type RateLimiter, type RateLimitDecision } from './rate-limiter.ts';

/**
 * A token bucket and a daily count in one step, on the server's own clock, so that replicas need not agree on the time.
 *
 * KEYS: bucket, count of the day. ARGV: rate a second (0: none), capacity, quota (0: none), cost, the count as the caller knew it last, and
 * what it has counted alone since: both are taken over, for this count may have been lost meanwhile.
 * Returns 0 when allowed, else the limit that was reached (1 rate, 2 quota), the milliseconds to wait, and what is used of the quota.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, capacity, quota, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local known, owed = tonumber(ARGV[5]), tonumber(ARGV[6])
local today = math.floor(now / 86400000)
local used = 0
local function save()
  redis.call('HSET', KEYS[2], 'day', today, 'used', used)
  redis.call('PEXPIRE', KEYS[2], 172800000)
end
if quota > 0 then
  local count = redis.call('HMGET', KEYS[2], 'day', 'used')
  local stored = tonumber(count[1]) == today and tonumber(count[2]) or 0
  used = math.max(stored, known) + owed
  if used + cost > quota then
    if used > stored then save() end
    return {2, math.ceil((today + 1) * 86400000 - now), used}
  end
end
if rate > 0 and cost > 0 then
  local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens = math.min(capacity, (tonumber(bucket[1]) or capacity) + math.max(0, now - (tonumber(bucket[2]) or now)) * rate / 1000)
  local taken = tokens >= cost
  redis.call('HSET', KEYS[1], 'tokens', tostring(taken and tokens - cost or tokens), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000) + 1000)
  if not taken then
    if quota > 0 then save() end
    return {1, math.ceil((cost - tokens) / rate * 1000), used}
  end
end
if quota > 0 then
  used = used + cost
  save()
end
return {0, 0, used}
`;

type Answer = [limit: number, retryAfterMs: number, used: number];

type Metering = RedisClient & {
  facetMeter(bucket: string, count: string, rate: number, capacity: number, quota: number, cost: number, known: number, owed: number): Promise<Answer>;
};

interface SharedMeterOptions {
  readonly redis: RedisLink;
  /** Counts while Redis does not answer: each pod for itself. */
  readonly insurance: RateLimiter;
  /** Told of every request that the insurance counted. */
  readonly onInsured: () => void;
}

/** Longest wait for Redis, on every request's way; and how long it is left alone after it was slower. */
const patienceMs = 200;
const restMs = 1000;

/** A quota that no count reaches, for handing over what was counted without asking whether more may be. */
const noQuota = Number.MAX_SAFE_INTEGER;

/**
 * One count for all replicas, in Redis. While Redis is away each pod counts quotas on from what it knew last, and hands over what it counted
 * once Redis is back: a quota neither starts anew nor is counted twice.
 */
export class SharedRateLimiter implements RateLimiter {
  readonly #options: SharedMeterOptions;
  readonly #quotas = new QuotaMemory();
  #restsUntil = 0;
  #isHandingOver = false;

  constructor(options: SharedMeterOptions) {
    this.#options = options;
    options.redis.client.defineCommand('facetMeter', { numberOfKeys: 2, lua: script });
  }

  async take(caller: string, allowance: Allowance, cost = 1): Promise<RateLimitDecision> {
    const { insurance, onInsured } = this.#options;
    const answer = performance.now() < this.#restsUntil ? undefined : await this.#ask(caller, allowance, cost);
    if (answer === undefined) {
      onInsured();
      const decision = await insurance.take(caller, allowance, cost, this.#quotas.known(caller));
      if (decision.allowed && allowance.quotaPerDay !== undefined) this.#quotas.owe(caller, cost);
      return decision;
    }
    void this.#handOver();
    const [limit, retryAfterMs] = answer;
    return limit === 0 ? allowed : { allowed: false, limit: limit === 1 ? 'rate' : 'quota', retryAfterMs };
  }

  async #ask(caller: string, allowance: Allowance, cost: number): Promise<Answer | undefined> {
    const { quotaPerDay } = allowance;
    const { known, owed } = quotaPerDay === undefined ? { known: 0, owed: 0 } : this.#quotas.settle(caller);
    // Braces keep both keys on one node of a cluster.
    const name = `facet:meter:{${caller}}`;
    const asked = this.#options.redis.attempt((client) =>
      (client as Metering).facetMeter(
        `${name}:bucket`,
        `${name}:day`,
        allowance.ratePerSecond ?? 0,
        capacityOf(allowance),
        quotaPerDay ?? 0,
        cost,
        known,
        owed,
      ),
    );
    const beganAt = performance.now();
    const answer = await withTimeout(asked, patienceMs);
    if (answer === undefined) {
      if (performance.now() - beganAt >= patienceMs) this.#restsUntil = performance.now() + restMs;
      if (quotaPerDay !== undefined) {
        this.#quotas.owe(caller, owed);
        // Redis may have counted all the same, and said so too late.
        void asked.then((late) => late && this.#quotas.forgive(caller, late[0] === 0 ? owed + cost : owed, late[2]));
      }
    } else if (quotaPerDay !== undefined) this.#quotas.learn(caller, answer[2]);
    return answer;
  }

  /** Hands over what was counted here alone for callers who have sent nothing since. */
  async #handOver(): Promise<void> {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      for (const caller of this.#quotas.debtors) if (!(await this.#ask(caller, { quotaPerDay: noQuota }, 0))) return;
    } finally {
      this.#isHandingOver = false;
    }
  }
}
