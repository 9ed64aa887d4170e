import type { DriftStatus } from '@facet/contracts';
import { describeWithParts, spawnService, startRedis, type RealServer, type SpawnedService } from '@facet/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { darker, sendDigits } from './send-digits.ts';

async function statusOf(service: SpawnedService): Promise<DriftStatus> {
  return (await request(service.url).get('/drift/status').expect(200)).body as DriftStatus;
}

/** The status, once all that was answered has been looked at. */
async function settled(service: SpawnedService, isThere: (status: DriftStatus) => boolean): Promise<DriftStatus> {
  let status = await statusOf(service);
  for (let tries = 0; tries < 100 && !isThere(status); tries++) {
    await sleep(50);
    status = await statusOf(service);
  }
  return status;
}

async function alarmsOf(service: SpawnedService, version: string): Promise<number> {
  const { text } = await request(service.url).get('/metrics').expect(200);
  return Number(new RegExp(`^data_drift_detected_total\\{version="${version}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

const observed = (status: DriftStatus) => status.versions['v1']!.observed;

describe('drift, through HTTP, in several processes', () => {
  let state: string;
  let service: SpawnedService;
  const start = () => spawnService('digit', { WORKERS: '2', STATE_DIR: state, OBSERVE_MAX_PER_SECOND: '100000' });
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'drift-'));
    service = await start();
  });
  afterAll(async () => {
    await service.stop();
    await rm(state, { recursive: true });
  });

  it('stays silent on digits as they are', async () => {
    await sendDigits(service.url, { from: 0, count: 300 });
    const status = await settled(service, (each) => observed(each) === 300);
    expect(status).toMatchObject({ task: 'digit', drift: false, shared: false });
    expect(status.versions['v1']).toMatchObject({ state: 'watching', observed: 300, alarms: 0, alarm: null, accuracy: { calibrated: true } });
    expect(status.versions['v1']!.accuracy!.estimate).toBeGreaterThan(0.95);
    expect(status.versions['v1']!.features['brightness']).toMatchObject({ verdict: 'stable', test: 'kolmogorov-smirnov', window: { n: 300 } });
    expect(status.versions['v1']!.features['class']).toMatchObject({ verdict: 'stable', test: 'chi-squared' });
    expect(await alarmsOf(service, 'v1')).toBe(0);
  });

  it('raises one alarm when it grows darker, soon, for the version and the features that changed', async () => {
    await sendDigits(service.url, { from: 300, count: 60, change: darker });
    const status = await settled(service, (each) => observed(each) === 360);
    const { alarm, features } = status.versions['v1']!;
    expect(status.drift).toBe(true);
    expect(alarm!.observed).toBeLessThanOrEqual(360);
    expect(alarm!.features).toEqual(expect.arrayContaining(['ink']));
    expect(alarm!.features).not.toContain('side');
    expect(features['ink']!.verdict).toBe('drift');
    expect(features['side']!.verdict).toBe('stable');
    expect(status.versions['v2']).toMatchObject({ state: 'watching', alarm: null });
    expect(await alarmsOf(service, 'v1')).toBe(1);
    expect(await alarmsOf(service, 'v2')).toBe(0);
    await sendDigits(service.url, { from: 360, count: 60, change: darker });
    await settled(service, (each) => observed(each) === 420);
    expect(await alarmsOf(service, 'v1')).toBe(1);
  });

  it('shows the distributions on a page that needs nothing else', async () => {
    const { text, headers } = await request(service.url).get('/drift/status').set('accept', 'text/html,*/*').expect(200);
    expect(headers['content-type']).toContain('text/html');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text.match(/<svg /g)!.length).toBeGreaterThanOrEqual(9);
    expect(text).toContain('What is seen has changed.');
    expect(text).not.toMatch(/src=|href=/);
  });

  it('keeps the alarm over a restart', async () => {
    const before = await statusOf(service);
    await service.stop();
    service = await start();
    expect((await statusOf(service)).versions['v1']).toMatchObject({ state: 'drift', observed: observed(before), alarm: before.versions['v1']!.alarm });
  });

  it('takes the window as the new reference, which clears the alarm, and keeps that over a restart', async () => {
    await sendDigits(service.url, { from: 420, count: 300, change: darker });
    await settled(service, (each) => observed(each) === 720);
    const { body } = await request(service.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    expect(body).toMatchObject({ updated: ['v1'], versions: { v1: { samples: 720, source: 'the last 720 predictions' } } });
    expect((await statusOf(service)).versions['v1']).toMatchObject({ state: 'watching', alarm: null, observed: 0, alarms: 1 });
    await service.stop();
    service = await start();
    expect((await statusOf(service)).versions['v1']).toMatchObject({ state: 'watching', reference: { samples: 720 } });
  });

  it('takes a posted set, and refuses one that is of something else', async () => {
    const row = { brightness: 0.13, contrast: 0.3, sharpness: 0.2, side: 28, aspect: 1, ink: 0.13, slant: 0.1, confidence: 0.99, class: 3 };
    const { body } = await request(service.url)
      .post('/reference/update')
      .send({ version: 'v2', rows: Array.from({ length: 20 }, () => row), source: 'ours' })
      .expect(200);
    expect(body.versions).toEqual({ v2: expect.objectContaining({ source: 'ours', samples: 20 }) });
    const strange = await request(service.url)
      .post('/reference/update')
      .send({ rows: Array.from({ length: 20 }, () => ({ smell: 1 })) })
      .expect(422);
    expect(strange.body).toMatchObject({ code: 'invalid-field' });
    await request(service.url).post('/reference/update').send({ version: 'v7' }).expect(404);
    await request(service.url).post('/reference/update').send({ reference: 'window', rows: [] }).expect(422);
    expect((await statusOf(service)).versions['v2']).toMatchObject({ reference: { source: 'ours' } });
  });
});

describe('a window that is too small', () => {
  it('is no reference', async () => {
    const service = await spawnService('digit');
    const { body } = await request(service.url).post('/reference/update').expect(409);
    expect(body).toMatchObject({ code: 'too-few-predictions' });
    expect(await service.stop()).toBe(0);
  });
});

describeWithParts('drift over pods that share a Redis', ['redis-server'], () => {
  let redis: RealServer;
  let pods: SpawnedService[];
  beforeAll(async () => {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, OBSERVE_MAX_PER_SECOND: '100000' };
    pods = [await spawnService('digit', env), await spawnService('digit', env)];
    for (const pod of pods) await settled(pod, ({ shared }) => shared);
  });
  afterAll(async () => {
    await Promise.all(pods.map((pod) => pod.stop()));
    await redis.remove();
  });

  it('is the verdict of the service: each pod sees half, both say the same, one counts it', async () => {
    await sendDigits(pods[0]!.url, { from: 0, count: 25, change: darker });
    await sendDigits(pods[1]!.url, { from: 25, count: 25, change: darker });
    for (const pod of pods) {
      const status = await settled(pod, (each) => observed(each) === 50);
      expect(status).toMatchObject({ drift: true, shared: true });
      expect(observed(status)).toBe(50);
    }
    const counted = await Promise.all(pods.map((pod) => alarmsOf(pod, 'v1')));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  it('takes a new reference for all', async () => {
    await request(pods[1]!.url).post('/reference/update').send({ version: 'v1' }).expect(200);
    for (const pod of pods) expect((await settled(pod, ({ drift }) => !drift)).versions['v1']).toMatchObject({ state: 'watching', reference: { samples: 50 } });
  });

  it('goes on in each pod while Redis is away, and says the change once', async () => {
    await redis.stop();
    const answers = await sendDigits(pods[0]!.url, { from: 100, count: 100, change: darker });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const alone = await settled(pods[0]!, (each) => !each.shared && observed(each) > 0);
    expect(alone).toMatchObject({ shared: false, drift: false });
    const lines = () => pods[0]!.log.filter(({ msg }) => String(msg).startsWith('Redis is unreachable')).length;
    expect(lines()).toBe(1);
    await redis.start();
    expect(await settled(pods[0]!, ({ shared }) => shared)).toMatchObject({ shared: true });
    expect(lines()).toBe(1);
  });
});
