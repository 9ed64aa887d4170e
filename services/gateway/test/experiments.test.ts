import type { Experiments } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';

const hand = JSON.parse(readFileSync(join(__dirname, '../../../examples/hand.json'), 'utf8')) as object;

describe('versions side by side, at the gateway', () => {
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    gesture = await spawnService('gesture');
    gateway = await spawnService('gateway', { GESTURE_URL: gesture.url, SHADOW_SHARE: '1', WORKERS: '2', AB_WEIGHTS: 'v1=75,v2=25' });
  });
  afterAll(async () => {
    await gateway.stop();
    await gesture.stop();
  });

  const compared = async (): Promise<Experiments> => (await request(gateway.url).get('/experiments').expect(200)).body.services.gesture as Experiments;

  it('counts what each answered, and how often both agree on requests that both were given', async () => {
    for (let count = 0; count < 40; count++) await request(gateway.url).post('/gesture/predict').send(hand).expect(200);
    await request(gateway.url).post('/gesture/predict').set('x-user-id', 'ann').send(hand).expect(200);
    await request(gateway.url).post('/gesture/v1/predict').send(hand).expect(200);
    await request(gateway.url).post('/gesture/v1/predict').send({ landmarks: [] }).expect(422);
    await request(gateway.url).get('/gesture/health').expect(200);
    let found = await compared();
    for (let tries = 0; tries < 100 && (found.agreement[0]?.compared ?? 0) < 42; tries++) {
      await sleep(50);
      found = await compared();
    }
    const { v1, v2 } = found.versions;
    expect(v1!.requests + v2!.requests).toBe(43);
    expect(v1!.errors).toBe(1);
    expect(v1!.latency_seconds!.mean).toBeGreaterThan(0);
    expect(found.sample_ratio.expected).toEqual({ v1: 0.75, v2: 0.25 });
    expect(Object.values(found.sample_ratio.observed).reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(found.sample_ratio.mismatch).toBe(false);
    expect(found.agreement).toEqual([expect.objectContaining({ versions: ['v1', 'v2'], compared: 42, agreed: 42 })]);
    expect(found.agreement[0]!.share).toMatchObject({ mean: 1, high: 1 });
    expect(found.agreement[0]!.share!.low).toBeGreaterThan(0.8);
    expect(v1!.confidence!.mean).toBeGreaterThan(0.5);
    expect(v2!.confidence!.mean).toBeGreaterThan(0.5);
  });

  it('count what the cache answers as divided by the weights, and as the work of no version', async () => {
    const cached = await spawnService('gateway', { GESTURE_URL: gesture.url, CACHE: 'memory', SHADOW_SHARE: '1', AB_WEIGHTS: 'v1=100,v2=0' });
    const other = { ...hand, handedness: 'asked for again and again' };
    const hits: unknown[] = [];
    for (let count = 0; count < 10; count++) hits.push((await request(cached.url).post('/gesture/predict').send(other).expect(200)).headers['x-cache']);
    expect(hits).toEqual(['miss', ...Array.from({ length: 9 }, () => 'hit')]);
    const { versions, sample_ratio } = (await request(cached.url).get('/experiments').expect(200)).body.services.gesture as Experiments;
    expect(versions['v1']).toMatchObject({ requests: 1, errors: 0 });
    expect(sample_ratio).toMatchObject({ observed: { v1: 10, v2: 0 }, mismatch: false });
    expect(await cached.stop()).toBe(0);
  });

  it('are told apart by the service itself too', async () => {
    const { body } = await request(gateway.url).get('/gesture/experiments').expect(200);
    expect(body).toMatchObject({ task: 'gesture', versions: { v1: { confidence: { mean: expect.any(Number) as number } } } });
  });
});
