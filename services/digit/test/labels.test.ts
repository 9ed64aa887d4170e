import { describeWithParts, s3Credentials, s3Region, spawnService, spawnSuite, startS3, type RealServer, type SpawnedService } from '@facet/testkit';
import { inferenceOperations, digitContract, type ListedSample, type Operation, type SampleList } from '@facet/contracts';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Response } from 'supertest';
import { sendDigits } from './send-digits.ts';

/** Everything is kept, and people may label it. */
const open = { UNCERTAINTY_THRESHOLD: '0', SAMPLES_MAX_PER_SECOND: '10000', OBSERVE_MAX_PER_SECOND: '100000', LABELLING: 'true' };
const operations = inferenceOperations(digitContract, ['v1', 'v2']);
const seven = readFile(join(__dirname, '../../../examples/digit.png'));

function fits({ answers }: Operation, { status, body }: Response): unknown {
  return answers[status]?.content['application/json']?.schema?.safeParse(body).error?.issues;
}

async function listed(service: SpawnedService, query = ''): Promise<SampleList> {
  const answer = await request(service.url).get(`/samples${query}`).expect(200);
  expect(fits(operations.samples, answer)).toBeUndefined();
  return answer.body as SampleList;
}

async function waiting(service: SpawnedService): Promise<readonly ListedSample[]> {
  const { samples, counts } = await listed(service, '?limit=100');
  expect(counts.waiting).toBe(samples.length);
  return samples;
}

/** Until each of so many predictions has been kept, or passed over for one that looks the same. */
async function settled(service: SpawnedService, count: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { text } = await request(service.url).get('/metrics');
    const found = [...text.matchAll(/^active_learning_(?:samples|dropped)_total\{.*\} (\d+)$/gm)];
    if (found.reduce((sum, [, value]) => sum + Number(value), 0) === count) return;
    await sleep(50);
  }
}

const label = (service: SpawnedService, id: string, body: object) => request(service.url).post(`/samples/${id}/label`).send(body);

function behavesAsALabelDesk(settings: () => Promise<{ env: Record<string, string>; close(): Promise<unknown> }>): void {
  let env: Record<string, string>;
  let close: () => Promise<unknown>;
  let service: SpawnedService;
  let kept: number;
  beforeAll(async () => {
    ({ env, close } = await settings());
    service = await spawnService('digit', { ...open, ...env });
    await sendDigits(service.url, { from: 0, count: 12 });
    await settled(service, 12);
    kept = (await waiting(service)).length;
  });
  afterAll(async () => {
    await service.stop();
    await close();
  });

  it('shows what waits, with the guess and the image, a page at a time', async () => {
    const samples = await waiting(service);
    expect(kept).toBeGreaterThan(8);
    expect(samples.map(({ id }) => id)).toEqual(samples.map(({ id }) => id).toSorted());
    expect(samples[0]).toMatchObject({ version: 'v1', reason: 'uncertain', guess: { label: expect.stringMatching(/^\d$/) as string } });
    const pages = [await listed(service, '?limit=5')];
    while (pages.at(-1)!.next !== null) pages.push(await listed(service, `?limit=5&after=${pages.at(-1)!.next!}`));
    expect(pages.slice(0, -1).every((page) => page.samples.length === 5)).toBe(true);
    expect(pages.flatMap((page) => page.samples)).toEqual(samples);
    const picture = await request(service.url).get(`/samples/${samples[0]!.id}/input`).expect(200).expect('content-type', 'image/png');
    expect((picture.body as Buffer).subarray(1, 4).toString()).toBe('PNG');
    expect(picture.headers['content-security-policy']).toContain('sandbox');
  });

  it('takes labels: accepted, corrected, discarded, changed', async () => {
    const [first, second, third] = (await waiting(service)) as [ListedSample, ListedSample, ListedSample];
    const accepted = await label(service, first.id, { verdict: 'accept' }).expect(200);
    expect(fits(operations.sampleLabel, accepted)).toBeUndefined();
    expect(accepted.body).toEqual({ id: first.id, verdict: 'accept', truth: first.guess });
    await label(service, second.id, { verdict: 'correct', truth: { label: '3' } }).expect(200);
    await label(service, third.id, { verdict: 'discard' }).expect(200);
    const left = await waiting(service);
    expect(left).toHaveLength(kept - 3);
    expect(left.map(({ id }) => id)).not.toContain(first.id);
    const late = await label(service, second.id, { verdict: 'accept' }).expect(409);
    expect(late.body).toMatchObject({ code: 'already-labelled' });
    await label(service, second.id, { verdict: 'correct', truth: { label: '4' }, replace: true }).expect(200);
    const { samples, counts } = await listed(service, '?state=labelled');
    expect(counts.labelled).toBe(2);
    expect(Object.fromEntries(samples.map(({ id, truth, labelled }) => [id, [truth, labelled?.verdict]]))).toEqual({
      [first.id]: [first.guess, 'accept'],
      [second.id]: [{ label: '4' }, 'correct'],
    });
    await request(service.url).get(`/samples/${first.id}/input`).expect(200);
    await request(service.url).get(`/samples/${third.id}/input`).expect(404);
  });

  it('keeps one whole label however many people give one', async () => {
    const [{ id }] = (await waiting(service)) as [ListedSample];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, digit) =>
        label(service, id, { verdict: 'correct', truth: { label: String(digit) } }).set('x-client-id', `person-${digit}`),
      ),
    );
    const won = answers.flatMap(({ status }, digit) => (status === 200 ? [digit] : []));
    expect(won).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const { samples } = await listed(service, '?state=labelled');
    expect(samples.find((sample) => sample.id === id)).toMatchObject({ truth: { label: String(won[0]) }, labelled: { by: `person-${won[0]}` } });
    expect(await waiting(service)).toHaveLength(kept - 4);
  });

  it('keeps what somebody sends with its label, and forgets none when it starts again', async () => {
    const input = { image: (await seven).toString('base64') };
    const added = await request(service.url)
      .post('/samples')
      .send({ input, truth: { label: '1' } })
      .expect(201);
    expect(fits(operations.sampleAdd, added)).toBeUndefined();
    expect(added.body).toMatchObject({ reason: 'feedback', guess: { label: '7' }, truth: { label: '1' } });
    const before = await listed(service, '?state=labelled');
    expect(before.counts).toMatchObject({ waiting: kept - 4, labelled: 4 });
    await service.stop();
    service = await spawnService('digit', { ...open, ...env });
    expect(await listed(service, '?state=labelled')).toEqual(before);
    const { body } = await request(service.url)
      .get(`/samples/${(added.body as ListedSample).id}/input`)
      .expect(200);
    expect(body).toEqual(await seven);
  });
}

describe('labels in a folder', () => {
  behavesAsALabelDesk(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'labels-'));
    return { env: { SAMPLES_DIR: folder }, close: async () => rm(folder, { recursive: true }) };
  });
});

describeWithParts('labels in a bucket', ['versitygw'], () => {
  behavesAsALabelDesk(async () => {
    const server: RealServer = await startS3('samples');
    return {
      env: {
        S3_BUCKET_NAME: 'samples/below',
        S3_ENDPOINT: server.url,
        AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
        AWS_DEFAULT_REGION: s3Region,
      },
      close: async () => server.remove(),
    };
  });
});

describe('what nobody should send', () => {
  let folder: string;
  let service: SpawnedService;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labels-'));
    service = await spawnService('digit', { ...open, SAMPLES_DIR: folder, LABELLED_MAX_BYTES: '20KiB' });
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['/samples?limit=0', 422],
    ['/samples?limit=101', 422],
    ['/samples?limit=many', 422],
    ['/samples?state=all', 422],
    ['/samples?after=..%2f..', 422],
    ['/samples/..%2f..%2fetc/input', 400],
    ['/samples/%2e%2e/input', 400],
    ['/samples/v1.2026-01-01.nobody/input', 404],
  ])('GET %s: %d', async (path, status) => {
    await request(service.url).get(path).expect(status);
  });

  it.each([
    ['no verdict', {}, 422],
    ['another verdict', { verdict: 'burn' }, 422],
    ['a correction without a truth', { verdict: 'correct' }, 422],
    ['a member too many', { verdict: 'accept', truth: { label: '1' } }, 422],
    ['a sample that is not there', { verdict: 'accept' }, 404],
  ])('a label with %s', async (_what, body, status) => {
    await label(service, 'v1.2026-01-01.nobody', body).expect(status);
  });

  it('is refused as feedback, by name of what is wrong', async () => {
    const image = (await seven).toString('base64');
    const send = (body: object) => request(service.url).post('/samples').send(body);
    await send({ input: { image }, truth: { label: '10' } }).expect(422);
    await send({ input: { image }, truth: { wrong: true } }).expect(422);
    await send({ input: { image: Buffer.from('<svg/>').toString('base64') }, truth: { label: '1' } }).expect(415);
    await send({ input: {}, truth: { label: '1' } }).expect(422);
    await send({ truth: { label: '1' } }).expect(422);
    expect((await listed(service, '?state=labelled')).counts.labelled).toBe(0);
  });

  it('leaves out what lies damaged in the store', async () => {
    const day = join(folder, 'samples/digit/v1/2026/01/02');
    await mkdir(day, { recursive: true });
    const whole = { request_id: 'x', task: 'digit', version: 'v1', reason: 'uncertain', at: '2026-01-02T00:00:00.000Z', file: 'x.png' };
    await writeFile(join(day, 'half.json'), '{"request_id":');
    await writeFile(join(day, 'other.json'), JSON.stringify({ ...whole, answer: { detections: [] } }));
    await writeFile(join(day, 'outside.json'), JSON.stringify({ ...whole, file: '../../../../../../etc/passwd', answer: { predicted_digit: 1 } }));
    await writeFile(join(day, 'no-picture.json'), JSON.stringify({ ...whole, answer: { predicted_digit: 1, confidence: 0.5 } }));
    const { samples } = await listed(service);
    expect(samples.map(({ id }) => id)).toEqual(['v1.2026-01-02.no-picture']);
    await request(service.url).get('/samples/v1.2026-01-02.outside/input').expect(404);
    await label(service, 'v1.2026-01-02.no-picture', { verdict: 'accept' }).expect(404);
    await label(service, 'v1.2026-01-02.other', { verdict: 'accept' }).expect(404);
    await label(service, 'v1.2026-01-02.no-picture', { verdict: 'discard' }).expect(200);
    await rm(day, { recursive: true });
  });

  it('fills the store to its bound and no further', async () => {
    const image = (await seven).toString('base64');
    const statuses: number[] = [];
    for (let sent = 0; sent < 60 && !statuses.includes(507); sent++) {
      statuses.push(
        (
          await request(service.url)
            .post('/samples')
            .send({ input: { image }, truth: { label: '7' } })
        ).status,
      );
    }
    expect(statuses.at(-1)).toBe(507);
    expect(statuses.slice(0, -1).every((status) => status === 201)).toBe(true);
    const files = await readdir(join(folder, 'labelled/digit'));
    const sizes = await Promise.all(files.map(async (file) => (await readFile(join(folder, 'labelled/digit', file))).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20 * 1024);
  });

  it('says that the store is away, and nothing of its inside', async () => {
    const lost = await spawnService('digit', {
      ...open,
      S3_BUCKET_NAME: 'samples',
      S3_ENDPOINT: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    });
    const { body, headers } = await request(lost.url).get('/samples').expect(503);
    expect(body).toMatchObject({ code: 'store-unavailable' });
    expect(headers['retry-after']).toBeDefined();
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
    await lost.stop();
  });
});

it('nobody sees samples unless LABELLING says so; through the gateway it is an administrator who does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'labels-'));
  const shut = await spawnService('digit', { SAMPLES_DIR: folder });
  for (const path of ['/samples', '/samples/v1.2026-01-01.a/input']) {
    const { body } = await request(shut.url).get(path).expect(403);
    expect(body).toMatchObject({ code: 'labelling-off' });
  }
  await shut.stop();
  const suite = await spawnSuite({ ...open, SAMPLES_DIR: folder, ACCESS_LOG: 'false' });
  const hand = JSON.parse(await readFile(join(__dirname, '../../../examples/hand.json'), 'utf8')) as object;
  const photo = (await readFile(join(__dirname, '../../../examples/photo.jpg'))).toString('base64');
  const send = (task: string, body: object) => request(suite.gateway.url).post(`/${task}/samples`).send(body);
  const one = await send('gesture', { input: hand, truth: { label: 'dislike' } }).expect(201);
  expect(one.body).toMatchObject({ guess: { label: 'like' }, truth: { label: 'dislike' } });
  const kept = await request(suite.gateway.url)
    .get(`/gesture/samples/${(one.body as ListedSample).id}/input`)
    .expect(200);
  expect((kept.body as { landmarks: unknown[] }).landmarks).toHaveLength(21);
  const boxes = [{ class_name: 'cup', bbox: [10, 10, 60, 80] }];
  const two = await send('detection', { input: { image: photo }, truth: { boxes } }).expect(201);
  expect(two.body).toMatchObject({ truth: { boxes }, guess: { boxes: expect.arrayContaining([expect.objectContaining({ class_name: 'cup' })]) as unknown } });
  await send('detection', { input: { image: photo }, truth: { wrong: true } }).expect(201);
  await send('detection', { input: { image: photo }, truth: { boxes: [{ class_name: 'cup', bbox: [10, 10, 9999, 80] }] } }).expect(422);
  await send('detection', { input: { image: photo }, truth: { boxes: [{ class_name: 'unicorn', bbox: [1, 1, 9, 8] }] } }).expect(422);
  const { text } = await request(suite.gateway.url).get('/metrics');
  expect(text).toContain('route="/gesture/samples/{id}/input"');
  await suite.stop();
  await rm(folder, { recursive: true });
});
