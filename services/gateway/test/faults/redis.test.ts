import { describeWithParts, spawnService, startRedis, type RealServer, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { beforeServices, BoundedService } from './bounded-service.ts';
import { Load, metric, countByStatus, type Outcome } from './load.ts';
import { SlowLink } from './slow-link.ts';

jest.setTimeout(120_000);

describeWithParts('Redis, which limits and cache are in, under load', ['redis-server'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-faults-'));
  const key = makeKey();
  let redis: RealServer;
  let link: SlowLink;
  let service: BoundedService;
  let gateway: SpawnedService;
  let load: Load;
  beforeAll(async () => {
    [redis, service] = await Promise.all([startRedis(), BoundedService.start({ slots: 16, workMs: 5 })]);
    link = await SlowLink.open(Number(new URL(redis.url).port));
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ keys: [{ id: 'one', hash: hashKey(key), scopes: ['*'], ratePerSecond: 100_000, quotaPerDay: 1_000_000 }] }));
    gateway = await spawnService('gateway', { ...beforeServices(service), API_KEYS_FILE: keys, CACHE: 'redis', REDIS_URL: link.url });
    load = new Load(gateway.url);
  });
  afterAll(async () => {
    load.close();
    await gateway.stop();
    link.close();
    service.stop();
    await redis.remove();
    rmSync(folder, { recursive: true });
  });

  /** Predictions all along, some of them seen before, while something happens to Redis. */
  async function during(happens: () => Promise<void>): Promise<Outcome[]> {
    const phase = { isOver: false };
    const sent: Promise<Outcome>[] = [];
    const lane = (async () => {
      for (let count = 0; !phase.isOver; count += 1) {
        sent.push(load.one({ headers: { 'x-api-key': key }, body: JSON.stringify(count % 3 === 0 ? 'seen before' : count) }));
        await sleep(10);
      }
    })();
    await happens();
    phase.isOver = true;
    await lane;
    return Promise.all(sent);
  }
  const insured = (): Promise<number> => metric(gateway.url, 'gateway_meter_insured_total', { 'x-api-key': key });

  it('well: counts there', async () => {
    const outcomes = await during(() => sleep(1000));
    expect(countByStatus(outcomes)).toEqual({ '200': outcomes.length });
    expect(outcomes.filter(({ headers }) => headers['x-cache'] === 'hit').length).toBeGreaterThan(0);
  });

  it('slow: no prediction fails, and none waits for its answer', async () => {
    const before = await insured();
    const outcomes = await during(async () => {
      // Longer than all predictions take: they are answered before it answers any of them.
      link.delayMs = 60_000;
      await sleep(5000);
    });
    link.delayMs = 0;
    expect(countByStatus(outcomes)).toEqual({ '200': outcomes.length });
    expect(await insured()).toBeGreaterThan(before);
  });

  it('killed and back: no prediction fails, and it is used again', async () => {
    const before = await insured();
    const outcomes = await during(async () => {
      await sleep(500);
      await redis.stop();
      await sleep(2000);
      await redis.start();
      await sleep(2000);
    });
    expect(countByStatus(outcomes)).toEqual({ '200': outcomes.length });
    expect(await insured()).toBeGreaterThan(before);
    for (let tries = 0; tries < 100; tries += 1) {
      const was = await insured();
      await load.one({ headers: { 'x-api-key': key } });
      if ((await insured()) === was) return;
      await sleep(100);
    }
    throw new Error('Redis was never used again');
  });
});
