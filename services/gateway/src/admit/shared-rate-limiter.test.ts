import { RedisLink } from '@facet/redis';
import { createLog } from '@facet/telemetry';
import { describeWithParts, startRedis, type RealServer } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalRateLimiter } from './local-rate-limiter.ts';
import { SharedRateLimiter } from './shared-rate-limiter.ts';
import type { RateLimitDecision } from './rate-limiter.ts';

/** What the insurance says. */
const insured: RateLimitDecision = { allowed: false, limit: 'rate', retryAfterMs: 1 };

describeWithParts('SharedMeter of two replicas', ['redis-server'], () => {
  let redis: RealServer;
  let links: RedisLink[];
  let limiters: SharedRateLimiter[];
  beforeAll(async () => {
    redis = await startRedis();
    const log = await createLog({ service: 'test', level: 'silent', format: 'json' });
    links = await Promise.all([0, 1].map(() => RedisLink.open(redis.url, log)));
    limiters = links.map((link) => new SharedRateLimiter({ redis: link, insurance: { take: () => insured }, onInsured: () => undefined }));
    while (!links.every(({ isUp }) => isUp)) await sleep(10);
  });
  afterAll(async () => {
    for (const link of links) link.close();
    await redis.remove();
  });

  it.each([
    ['200 a second', { ratePerSecond: 200, burst: 10 }],
    ['1,000 a second', { ratePerSecond: 1000, burst: 10 }],
  ])('%s: as many pass as one count would let through, within 5 %%', async (caller, allowance) => {
    const takes: { allowed: boolean; at: number }[] = [];
    const endsAt = performance.now() + 4000;
    const lane = async (limiter: SharedRateLimiter): Promise<void> => {
      while (performance.now() < endsAt) {
        const decision = await limiter.take(caller, allowance);
        // A busy machine may leave Redis without a turn for longer than a request waits: what then happened is no matter here.
        if (decision === insured) await sleep(50);
        else takes.push({ allowed: decision.allowed, at: performance.now() });
      }
    };
    await Promise.all(limiters.flatMap((limiter) => Array.from({ length: 8 }, () => lane(limiter))));

    let now = 0;
    const one = new LocalRateLimiter({ clock: () => now });
    const expected = takes.filter(({ at }) => {
      now = at;
      return one.take(caller, allowance).allowed;
    }).length;
    const passed = takes.filter(({ allowed }) => allowed).length;
    expect(passed).toBeLessThan(takes.length);
    expect(Math.abs(passed - expected) / expected).toBeLessThan(0.05);
  });
});

describe('SharedMeter of a Redis that does not answer', () => {
  afterEach(() => jest.useRealTimers());

  it('keeps a request for 200 ms, and those of the second after it not at all', async () => {
    jest.useFakeTimers();
    const attempt = jest.fn(() => new Promise<never>(() => undefined));
    const redis = { client: { defineCommand: () => undefined }, attempt } as unknown as RedisLink;
    const limiter = new SharedRateLimiter({ redis, insurance: { take: () => insured }, onInsured: () => undefined });
    const decisions: RateLimitDecision[] = [];
    const ask = (): void => void limiter.take('phone', { ratePerSecond: 1 }).then((decision) => decisions.push(decision));
    ask();
    await jest.advanceTimersByTimeAsync(199);
    expect(decisions).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(2);
    expect(decisions).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(990);
    ask();
    await jest.advanceTimersByTimeAsync(0);
    expect([decisions.length, attempt.mock.calls.length]).toEqual([2, 1]);
    await jest.advanceTimersByTimeAsync(20);
    ask();
    expect(attempt).toHaveBeenCalledTimes(2);
  });
});

describeWithParts('a quota while Redis is away', ['redis-server'], () => {
  const quotaPerDay = 10;
  let redis: RealServer;
  let links: RedisLink[];
  let limiters: SharedRateLimiter[];
  beforeEach(async () => {
    redis = await startRedis();
    const log = await createLog({ service: 'test', level: 'silent', format: 'json' });
    links = await Promise.all([0, 1].map(() => RedisLink.open(redis.url, log)));
    limiters = links.map((link) => new SharedRateLimiter({ redis: link, insurance: new LocalRateLimiter(), onInsured: () => undefined }));
    await until(true);
  });
  afterEach(async () => {
    for (const link of links) link.close();
    await redis.remove();
  });

  async function until(isUp: boolean): Promise<void> {
    while (!links.every((link) => link.isUp === isUp)) await sleep(10);
  }
  /** How many of so many requests a replica lets pass. */
  async function passed(replica: number, requests: number): Promise<number> {
    let count = 0;
    for (let sent = 0; sent < requests; sent += 1) count += Number((await limiters[replica]!.take('phone', { quotaPerDay })).allowed);
    return count;
  }

  it('does not start anew, neither then nor when Redis comes back empty', async () => {
    expect(await passed(0, 4)).toBe(4);
    await redis.stop();
    await until(false);
    expect(await passed(0, 3)).toBe(3);
    await redis.start();
    await until(true);
    expect(await passed(0, 5)).toBe(3);
    // The other replica knows what the first one counted alone.
    expect(await passed(1, 2)).toBe(0);
  });

  it('ends in the pod at what was left of it', async () => {
    expect(await passed(0, 8)).toBe(8);
    await redis.stop();
    await until(false);
    expect(await passed(0, 5)).toBe(2);
  });

  it('is handed over for callers who send nothing more, once anything reaches Redis', async () => {
    await passed(0, 2);
    await redis.stop();
    await until(false);
    expect(await passed(0, 5)).toBe(5);
    await redis.start();
    await until(true);
    await limiters[0]!.take('somebody else', { ratePerSecond: 1000 });
    const stored = () => links[0]!.client.hget('facet:meter:{phone}:day', 'used');
    for (let tries = 0; tries < 100 && (await stored()) !== '7'; tries += 1) await sleep(20);
    expect(await stored()).toBe('7');
    expect(await passed(1, 9)).toBe(3);
  });

  it('counts a batch as its items', async () => {
    const take = async (cost: number) => (await limiters[0]!.take('batch', { quotaPerDay: 10, ratePerSecond: 0.01, burst: 9 }, cost)).allowed;
    expect([await take(8), await take(2), await take(1), await take(1)]).toEqual([true, false, true, false]);
  });
});
