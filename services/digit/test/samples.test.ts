import { describeWithParts, s3Credentials, s3Region, spawnService, startS3, type RealServer, type SpawnedService } from '@facet/testkit';
import { openStore, type ObjectStore } from '@facet/object-store';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import request from 'supertest';
import { sendDigits } from './send-digits.ts';

/** Everything is kept, so that what arrives can be counted. */
const all = { UNCERTAINTY_THRESHOLD: '0', SAMPLES_MAX_PER_SECOND: '10000', OBSERVE_MAX_PER_SECOND: '100000' };

async function metric(service: SpawnedService, name: string): Promise<number> {
  const { text } = await request(service.url).get('/metrics').expect(200);
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300 && !(await condition()); tries++) await sleep(100);
}

describe('samples in a folder', () => {
  it('are kept with the image and the answer, under the day and the request', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'samples-'));
    const service = await spawnService('digit', { ...all, SAMPLES_DIR: folder });
    const [{ request_id: id } = { request_id: '' }] = await sendDigits(service.url, { from: 0, count: 1 });
    await until(async () => (await metric(service, 'active_learning_samples_total')) === 1);
    const day = join(folder, 'samples', 'digit', 'v1', ...new Date().toISOString().slice(0, 10).split('-'));
    const names = (await readdir(day)).toSorted();
    const name = names[0]!.slice(0, -'.json'.length);
    expect(name).toMatch(new RegExp(`^${id}\\.[0-9a-f]{16}$`));
    expect(names).toEqual([`${name}.json`, `${name}.png`]);
    const about = JSON.parse(await readFile(join(day, `${name}.json`), 'utf8')) as Record<string, unknown>;
    expect(about).toMatchObject({ request_id: id, task: 'digit', version: 'v1', reason: 'uncertain', file: `${name}.png` });
    expect(about['answer']).toHaveProperty('all_probabilities');
    expect((await readFile(join(day, `${name}.png`))).subarray(1, 4).toString()).toBe('PNG');
    // The same picture again teaches nothing.
    await sendDigits(service.url, { from: 0, count: 1 });
    await until(async () => (await metric(service, 'active_learning_dropped_total')) === 1);
    expect((await readdir(day)).length).toBe(2);
    await service.stop();
    await rm(folder, { recursive: true });
  });

  it('are never replaced by those of another request with the same id, and name the caller beside the user', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'samples-'));
    const service = await spawnService('digit', { ...all, SAMPLES_DIR: folder, LABELLING: 'true' });
    const image = async (name: string) => readFile(join(__dirname, '../../../examples', name));
    const send = async (caller: string, bytes: Buffer) =>
      request(service.url)
        .post('/v1/predict')
        .set({ 'content-type': 'image/png', 'x-request-id': 'order-1', 'x-client-id': encodeURIComponent(caller), 'x-user-id': `user of ${caller}` })
        .send(bytes)
        .expect(200);
    const first = await image('digit.png');
    const second = await sharp(first).negate({ alpha: false }).rotate(90).png().toBuffer();
    await send('jwt:ann', first);
    await until(async () => (await metric(service, 'active_learning_samples_total')) === 1);
    await send('mallory', second);
    await until(async () => (await metric(service, 'active_learning_samples_total')) === 2);
    const day = join(folder, 'samples', 'digit', 'v1', ...new Date().toISOString().slice(0, 10).split('-'));
    const kept = await Promise.all(
      (await readdir(day))
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => {
          const about = JSON.parse(await readFile(join(day, name), 'utf8')) as { caller: string; user: string; request_id: string; file: string };
          return { about, picture: await readFile(join(day, about.file)) };
        }),
    );
    const of = (caller: string) => kept.find(({ about }) => about.caller === caller);
    expect(of('jwt:ann')).toMatchObject({ about: { request_id: 'order-1', user: 'user of jwt:ann' }, picture: first });
    expect(of('mallory')).toMatchObject({ about: { request_id: 'order-1', user: 'user of mallory' }, picture: second });
    // Each has a name of its own for labels too.
    const { body } = await request(service.url).get('/samples').expect(200);
    const ids = (body as { samples: { id: string }[] }).samples.map((sample) => sample.id);
    expect(new Set(ids).size).toBe(2);
    await request(service.url)
      .post(`/samples/${ids[0]}/label`)
      .send({ verdict: 'correct', truth: { label: '3' } })
      .expect(200);
    expect(((await request(service.url).get('/samples')).body as { samples: { id: string }[] }).samples.map((sample) => sample.id)).toEqual([ids[1]]);
    await service.stop();
    await rm(folder, { recursive: true });
  });

  it('that cannot be written cost no request', async () => {
    // A full disk: every write to it fails with ENOSPC or the like, for ever.
    const service = await spawnService('digit', { ...all, SAMPLES_DIR: '/dev/full', SAMPLES_QUEUE_BYTES: '4KiB' });
    const answers = await sendDigits(service.url, { from: 0, count: 60 });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await until(async () => (await metric(service, 'active_learning_dropped_total')) > 0);
    expect(await metric(service, 'active_learning_queue_bytes')).toBeLessThanOrEqual(4096);
    expect(await metric(service, 'active_learning_samples_total')).toBe(0);
    expect(service.log.filter(({ msg }) => msg === 'samples cannot be stored; queueing them')).toHaveLength(1);
    expect(await service.stop()).toBe(0);
  });
});

describeWithParts('samples in a bucket', ['versitygw'], () => {
  let server: RealServer;
  let service: SpawnedService;
  let store: ObjectStore;
  beforeAll(async () => {
    server = await startS3('samples');
    store = await openStore('s3://samples', { endpoint: server.url, region: s3Region, credentials: s3Credentials });
    service = await spawnService('digit', {
      ...all,
      S3_BUCKET_NAME: 'samples',
      S3_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      AWS_DEFAULT_REGION: s3Region,
    });
  });
  afterAll(async () => {
    await service.stop();
    await store.close();
    await server.remove();
  });

  it('outlive its absence under load: none that fits the queue is lost', async () => {
    const sent: string[] = [];
    const send = async (from: number): Promise<void> => {
      const answers = await sendDigits(service.url, { from, count: 60 });
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      sent.push(...answers.map(({ request_id }) => request_id));
    };
    await send(0);
    const sending = send(60);
    await server.stop();
    await sending;
    await send(120);
    await server.start();
    await send(180);
    const candidates = async () => (await metric(service, 'active_learning_samples_total')) + (await metric(service, 'active_learning_dropped_total'));
    await until(async () => (await candidates()) === sent.length);
    const { text } = await request(service.url).get('/metrics');
    // Digits that look alike are told apart from losses by their reason.
    expect(
      [...text.matchAll(/active_learning_dropped_total\{.*reason="([^"]+)".*\} [1-9]/g)].map(([, reason]) => reason).filter((reason) => reason !== 'duplicate'),
    ).toEqual([]);
    const stored = new Set<string>();
    for await (const { key } of store.list('samples/digit/v1/')) if (key.endsWith('.json')) stored.add(key.split('/').at(-1)!.split('.')[0]!);
    expect(stored.size).toBe(await metric(service, 'active_learning_samples_total'));
    expect(stored.size).toBeGreaterThan(180);
    expect(sent.filter((id) => stored.has(id)).length).toBe(stored.size);
  });
});
