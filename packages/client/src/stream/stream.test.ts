import { spawnService, type SpawnedService } from '@facet/testkit';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, FacetError } from '../index.ts';
import { closeReasonOf, refusalOf } from './close-reason.ts';
import type { StreamEvents } from './reconnecting-stream.ts';
import type { HandMessage, PictureMessage, Said } from './wire.ts';

const examples = join(__dirname, '../../../../examples');
const hand = JSON.parse(readFileSync(join(examples, 'hands/like.json'), 'utf8')) as { landmarks: { x: number; y: number }[] };
const photo = new Uint8Array(readFileSync(join(examples, 'photo.jpg')));

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000 && !holds(); tries += 1) await sleep(20);
  expect(holds()).toBe(true);
}

/** Events, and what they told. */
function notes<Message extends { type: string }>() {
  const told = { hellos: [] as object[], answers: [] as Said<Message>['answer'][], waits: [] as number[], problems: [] as object[], lost: [] as unknown[] };
  const events: StreamEvents<Message> = {
    onOpen: (hello) => told.hellos.push(hello),
    onAnswer: (answer, roundTripMs) => told.waits.push(roundTripMs) && told.answers.push(answer),
    onProblem: (problem) => told.problems.push(problem),
    onLost: ({ error: { code }, retryInMs }) => told.lost.push([code, retryInMs !== undefined]),
  };
  return { told, events };
}

describe('a stream of the client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  const key = `facet_${randomBytes(32).toString('base64url')}`;
  let services: SpawnedService[];
  let env: Record<string, string>;
  let gateway: SpawnedService;
  beforeAll(async () => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, JSON.stringify({ keys: [{ id: 'page', hash: `sha256:${createHash('sha256').update(key).digest('hex')}`, scopes: ['*'] }] }));
    services = [await spawnService('gesture'), await spawnService('detection')];
    env = { GESTURE_URL: services[0]!.url, DETECTION_URL: services[1]!.url, API_KEYS_FILE: file };
    gateway = await spawnService('gateway', env);
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all(services.map((service) => service.stop()));
    rmSync(folder, { recursive: true });
  });

  it('follows a hand with a key, and says which frame cannot be read', async () => {
    const { told, events } = notes<HandMessage>();
    const stream = createClient({ url: gateway.url, apiKey: async () => key }).gesture.stream({ ...events, version: 'v2', maxFramesPerSecond: 30 });
    expect(stream.isOpen).toBe(false);
    stream.send(null);
    stream.send(hand);
    await until(() => stream.isOpen);
    expect(told.hellos).toMatchObject([{ version: 'v2', max_frames_per_second: 30 }]);
    await until(() => told.answers.length === 1);
    stream.send({ landmarks: [[1, 2]] });
    await until(() => told.problems.length === 1);
    stream.send(null);
    await until(() => told.answers.length === 2);
    expect(told.answers.map(({ gesture }) => gesture)).toEqual(['like', null]);
    expect(told.waits.every((ms) => ms > 0)).toBe(true);
    expect(told.problems).toMatchObject([{ seq: 1, problem: { code: 'missing-landmarks' } }]);
    stream.close();
    expect(stream.isOpen).toBe(false);
    expect(told.lost).toEqual([]);
  });

  it('of images comes back when the gateway does', async () => {
    const { told, events } = notes<PictureMessage>();
    const stream = createClient({ url: gateway.url, apiKey: key }).detection.stream({ ...events, version: 'v1', conf_threshold: 0.6 });
    await until(() => stream.isOpen);
    stream.send(photo);
    await until(() => told.answers.length === 1);
    await gateway.stop();
    await until(() => told.lost.length >= 1);
    expect(stream.isOpen).toBe(false);
    gateway = await spawnService('gateway', { ...env, PORT: new URL(gateway.url).port });
    await until(() => stream.isOpen);
    stream.send(photo);
    await until(() => told.answers.length === 2);
    for (const { detections } of told.answers) expect(detections.map(({ class_name: name }) => name)).toContain('cup');
    expect(told.lost[0]).toEqual(['unreachable', true]);
    stream.close();
  });

  it.each([
    ['without a key', undefined, 'unauthenticated'],
    ['with one that is not known', `facet_${'x'.repeat(43)}`, 'unauthenticated'],
    ['with one that no header can carry', 'a key with spaces', 'unauthenticated'],
  ])('%s is told why, and not tried again', async (_how, apiKey, code) => {
    const { told, events } = notes<HandMessage>();
    createClient({ url: gateway.url, ...(apiKey !== undefined && { apiKey }) }).gesture.stream(events);
    await until(() => told.lost.length === 1);
    expect(told.lost).toEqual([[code, false]]);
  });

  it('is tried again where nobody is there', async () => {
    const { told, events } = notes<HandMessage>();
    const stream = createClient({ url: 'http://127.0.0.1:1' }).gesture.stream(events);
    await until(() => told.lost.length === 2);
    expect(told.lost).toEqual([
      ['unreachable', true],
      ['unreachable', true],
    ]);
    stream.close();
  });
});

describe('what a stream closed for', () => {
  it.each([
    [1001, '', 'unreachable', undefined, false],
    [1009, '', 'body-too-large', 413, true],
    [4401, 'unauthenticated', 'unauthenticated', 401, false],
    [4429, 'quota-exceeded', 'quota-exceeded', 429, false],
    [4408, 'no message came', 'idle', 408, false],
  ])('%d %s', (closeCode, reason, code, status, isFinal) => expect(closeReasonOf(closeCode, reason)).toMatchObject({ error: { code, status }, isFinal }));

  it.each([
    [401, true],
    [404, true],
    [426, false],
    [429, false],
    [503, false],
    [undefined, false],
  ])('a handshake refused with %s: over is %s', (status, isFinal) => {
    expect(refusalOf(new FacetError('', { status, code: '', requestId: undefined }))).toMatchObject({ isFinal });
  });
});
