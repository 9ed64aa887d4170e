import { RedisLink } from '@facet/redis';
import { createLog } from '@facet/telemetry';
import { describeWithParts, startRedis, type RealServer } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedRateLimiter } from '../admit/shared-rate-limiter.ts';
import { RedisStore } from './redis-store.ts';

describeWithParts('answers in Redis', ['redis-server'], () => {
  let redis: RealServer;
  let link: RedisLink;
  const answer = (size: number) => ({ status: 200, headers: {}, body: Buffer.alloc(size, 'x'), requestId: 'r', madeAt: Date.now() });

  async function open(options: readonly string[]): Promise<void> {
    redis = await startRedis(options);
    link = await RedisLink.open(redis.url, await createLog({ service: 'test', level: 'silent', format: 'json' }));
    while (!link.isUp) await sleep(10);
  }
  afterEach(async () => {
    link.close();
    await redis.remove();
  });
  async function settled(store: RedisStore, key: string): Promise<void> {
    for (let tries = 0; tries < 200 && !(await store.get(key)); tries += 1) await sleep(10);
  }
  const used = async (): Promise<number> => Number(/^used_memory:(\d+)/m.exec(await link.client.info('memory'))![1]);

  it('are found again until their time is over, and take no more bytes than they may', async () => {
    await open([]);
    const store = new RedisStore(link, { ttlMs: 60_000, maxBytes: 1024 ** 2 });
    store.put('old', { ...answer(10), madeAt: Date.now() - 60_000 });
    const before = await used();
    for (let count = 0; count < 3000; count += 1) store.put(`key ${count}`, answer(2000));
    await settled(store, 'key 2999');
    expect(await store.get('key 2999')).toMatchObject({ status: 200, requestId: 'r' });
    expect(await store.get('key 0')).toBeUndefined();
    expect(await store.get('old')).toBeUndefined();
    expect((await used()) - before).toBeLessThan(2 * 1024 ** 2);
  });

  it.each(['volatile-ttl', 'volatile-lru', 'allkeys-lru', 'noeviction'])('drive no limit out of it: %s', async (policy) => {
    await open(['--maxmemory', '6mb', '--maxmemory-policy', policy]);
    const store = new RedisStore(link, { ttlMs: 300_000, maxBytes: 64 * 1024 ** 2 });
    const limiter = new SharedRateLimiter({
      redis: link,
      insurance: { take: () => Promise.reject(new Error('not counted by Redis')) },
      onInsured: () => undefined,
    });
    const take = async () => (await limiter.take('slow', { ratePerSecond: 0.01, burst: 3, quotaPerDay: 100 })).allowed;
    expect([await take(), await take(), await take(), await take()]).toEqual([true, true, true, false]);
    for (let round = 0; round < 20; round += 1) {
      for (let count = 0; count < 200; count += 1) store.put(`key ${round} ${count}`, answer(4000));
      await settled(store, `key ${round} 199`);
      expect(await take()).toBe(false);
    }
    expect(await link.client.info('stats')).toMatch(/^evicted_keys:0\r?$/m);
  });
});
