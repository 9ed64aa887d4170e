import { RedisLink } from '@facet/redis';
import { createLog } from '@facet/telemetry';
import { describeWithParts, startRedis, type RealServer } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalMeter } from './local-meter.ts';
import { SharedMeter } from './shared-meter.ts';
import type { Verdict } from './verdict.ts';

describeWithParts('SharedMeter of two replicas', ['redis-server'], () => {
  let redis: RealServer;
  let links: RedisLink[];
  let meters: SharedMeter[];
  // A busy machine may leave Redis without a turn for longer than a request waits: what then happened is no matter here.
  const insured: Verdict = { allowed: false, limit: 'rate', retryAfterMs: 1 };
  beforeAll(async () => {
    redis = await startRedis();
    const log = await createLog({ service: 'test', level: 'silent', format: 'json' });
    links = await Promise.all([0, 1].map(() => RedisLink.open(redis.url, log)));
    meters = links.map((link) => new SharedMeter({ redis: link, insurance: { take: () => insured }, onInsured: () => undefined }));
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
    const lane = async (meter: SharedMeter): Promise<void> => {
      while (performance.now() < endsAt) {
        const verdict = await meter.take(caller, allowance);
        if (verdict === insured) await sleep(50);
        else takes.push({ allowed: verdict.allowed, at: performance.now() });
      }
    };
    await Promise.all(meters.flatMap((meter) => Array.from({ length: 8 }, () => lane(meter))));

    let now = 0;
    const one = new LocalMeter({ clock: () => now });
    const expected = takes.filter(({ at }) => {
      now = at;
      return one.take(caller, allowance).allowed;
    }).length;
    const passed = takes.filter(({ allowed }) => allowed).length;
    expect(passed).toBeLessThan(takes.length);
    expect(Math.abs(passed - expected) / expected).toBeLessThan(0.05);
  });
});
