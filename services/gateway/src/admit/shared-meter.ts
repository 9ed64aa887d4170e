import type { RedisClient, RedisLink } from '@facet/redis';
import { withPatience } from '../patience.ts';
import { allowed, capacityOf, type Allowance, type Meter, type Verdict } from './verdict.ts';

/**
 * A token bucket and a daily count in one step, on the server's own clock, so that replicas need not agree on the time.
 *
 * KEYS: bucket, count of the day. ARGV: rate a second (0: none), capacity, quota (0: none).
 * Returns 0 when allowed, else the limit that was reached (1 rate, 2 quota), and the milliseconds to wait.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, capacity, quota = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local today = math.floor(now / 86400000)
local count = redis.call('HMGET', KEYS[2], 'day', 'used')
local used = tonumber(count[1]) == today and tonumber(count[2]) or 0
if quota > 0 and used >= quota then return {2, math.ceil((today + 1) * 86400000 - now)} end
if rate > 0 then
  local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens = math.min(capacity, (tonumber(bucket[1]) or capacity) + math.max(0, now - (tonumber(bucket[2]) or now)) * rate / 1000)
  local taken = tokens >= 1
  redis.call('HSET', KEYS[1], 'tokens', tostring(taken and tokens - 1 or tokens), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000) + 1000)
  if not taken then return {1, math.ceil((1 - tokens) / rate * 1000)} end
end
if quota > 0 then
  redis.call('HSET', KEYS[2], 'day', today, 'used', used + 1)
  redis.call('PEXPIRE', KEYS[2], 172800000)
end
return {0, 0}
`;

type Metering = RedisClient & { facetMeter(bucket: string, count: string, rate: number, capacity: number, quota: number): Promise<[number, number]> };

interface SharedMeterOptions {
  readonly redis: RedisLink;
  /** Counts while Redis does not answer: each pod for itself. */
  readonly insurance: Meter;
  /** Told of every request that the insurance counted. */
  readonly onInsured: () => void;
}

/** Longest wait for Redis, on every request's way; and how long it is left alone after it was slower. */
const patienceMs = 200;
const restMs = 1000;

/** One count for all replicas, in Redis. */
export class SharedMeter implements Meter {
  readonly #options: SharedMeterOptions;
  #restsUntil = 0;

  constructor(options: SharedMeterOptions) {
    this.#options = options;
    options.redis.client.defineCommand('facetMeter', { numberOfKeys: 2, lua: script });
  }

  async take(caller: string, allowance: Allowance): Promise<Verdict> {
    const { redis, insurance, onInsured } = this.#options;
    const answer = performance.now() < this.#restsUntil ? undefined : await this.#ask(redis, caller, allowance);
    if (answer === undefined) {
      onInsured();
      return insurance.take(caller, allowance);
    }
    const [limit, retryAfterMs] = answer;
    return limit === 0 ? allowed : { allowed: false, limit: limit === 1 ? 'rate' : 'quota', retryAfterMs };
  }

  async #ask(redis: RedisLink, caller: string, allowance: Allowance): Promise<[number, number] | undefined> {
    const { ratePerSecond = 0, quotaPerDay = 0 } = allowance;
    // Braces keep both keys on one node of a cluster.
    const name = `facet:meter:{${caller}}`;
    const asked = redis.attempt((client) =>
      (client as Metering).facetMeter(`${name}:bucket`, `${name}:day`, ratePerSecond, capacityOf(allowance), quotaPerDay),
    );
    const beganAt = performance.now();
    const answer = await withPatience(asked, patienceMs);
    if (answer === undefined && performance.now() - beganAt >= patienceMs) this.#restsUntil = performance.now() + restMs;
    return answer;
  }
}
