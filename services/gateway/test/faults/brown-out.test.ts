import { spawnService, type SpawnedService } from '@facet/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeServices, BoundedService } from './bounded-service.ts';
import { Load, metric } from './load.ts';

describe('a brown-out', () => {
  let v1: BoundedService;
  let v2: BoundedService;
  let gateway: SpawnedService;
  let load: Load;
  beforeAll(async () => {
    [v1, v2] = await Promise.all([BoundedService.start({ slots: 8, workMs: 5 }), BoundedService.start({ slots: 8, workMs: 5 })]);
    gateway = await spawnService('gateway', {
      ...beforeServices(v2),
      DIGIT_V1_URL: v1.url,
      DIGIT_V2_URL: v2.url,
      AB_WEIGHTS: 'v1=0,v2=1',
      CACHE: 'memory',
      CACHE_TTL: '100ms',
      BROWN_OUT: 'stale,version',
    });
    load = new Load(gateway.url);
  });
  afterAll(async () => {
    load.close();
    await gateway.stop();
    v1.stop();
    v2.stop();
  });

  it('answers with what is old, says so, and asks again once the service is back', async () => {
    const ask = { path: '/digit/predict', body: '"seen"' };
    expect((await load.one(ask)).headers['x-brown-out']).toBeUndefined();
    await sleep(200);
    await v2.become('closed');
    const { status, headers } = await load.one(ask);
    expect({ status, how: headers['x-brown-out'], cache: headers['x-cache'], model: headers['x-model'] }).toEqual({
      status: 200,
      how: 'stale',
      cache: 'stale',
      model: 'digit/v2@sha256:aa',
    });
    // Who wants to be asked for anew is not given what is old.
    expect((await load.one({ ...ask, headers: { 'cache-control': 'no-cache' } })).headers['x-brown-out']).toBe('v1');
    await v2.become('ok');
    const back = await load.one(ask);
    expect([back.status, back.headers['x-brown-out'], back.headers['x-cache']]).toEqual([200, undefined, 'miss']);
  });

  it('asks the lighter version where nothing old is there, but not where the request forces another', async () => {
    await v2.become('closed');
    const open = await load.one({ path: '/digit/predict', body: '"never seen"' });
    expect([open.status, open.headers['x-brown-out'], open.headers['x-model']]).toEqual([200, 'v1', 'digit/v1@sha256:aa']);
    const forced = await load.one({ path: '/digit/predict', body: '"nor this"', headers: { 'x-model-version': 'v2' } });
    expect([forced.status, forced.code]).toEqual([503, 'upstream-unavailable']);
    const named = await load.one({ path: '/digit/v2/predict', body: '"nor this"' });
    expect([named.status, named.code]).toEqual([503, 'upstream-unavailable']);
    await v2.become('ok');
    expect(await metric(gateway.url, 'gateway_brown_out_answers_total{service="digit",way="version"}')).toBe(2);
    expect(await metric(gateway.url, 'gateway_brown_out_answers_total{service="digit",way="stale"}')).toBe(1);
  });

  it('is off unless asked for, and old answers need a cache', async () => {
    await expect(spawnService('gateway', { ...beforeServices(v1), BROWN_OUT: 'stale' })).rejects.toThrow('requires CACHE="memory" or "redis"');
  });
});
