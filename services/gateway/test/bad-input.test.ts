import { inParallel, spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import request, { type Response } from 'supertest';

const examples = join(__dirname, '../../../examples');
const digit = readFileSync(join(examples, 'digit.png'));
const photo = readFileSync(join(examples, 'photo.jpg'));
const hand = JSON.parse(readFileSync(join(examples, 'hand.json'), 'utf8')) as { landmarks: { x: number; y: number }[]; image: object };

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A picture of 30,000x30,000 in a few hundred kilobytes: 900 megapixels for whoever decodes it. */
function pngBomb(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(30_001 * 3000));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

type Send = (url: string) => Promise<Response>;

const upload =
  (path: string, bytes: Buffer, name = 'a.png'): Send =>
  (url) =>
    request(url).post(path).attach('file', bytes, name);
const json =
  (path: string, body: object | string): Send =>
  (url) =>
    request(url).post(path).set('content-type', 'application/json').send(body);

const bomb = pngBomb();
const withField =
  (name: string, value: string): Send =>
  (url) =>
    request(url).post('/detection/predict').field(name, value).attach('file', photo, 'a.jpg');

const cases: readonly [what: string, send: Send, status: number, code: string, says: RegExp][] = [
  ['no file', (url) => request(url).post('/digit/predict').field('other', '1'), 422, 'missing-file', /'file'/],
  ['a file under another name', (url) => request(url).post('/digit/predict').attach('image', digit, 'a.png'), 422, 'missing-file', /'image'/],
  ['two files', (url) => request(url).post('/digit/predict').attach('file', digit, 'a.png').attach('file', digit, 'b.png'), 422, 'too-many-files', /one file/],
  ['an empty file', upload('/digit/predict', Buffer.alloc(0)), 422, 'empty-file', /non-empty/],
  ['text named .png', upload('/detection/predict', Buffer.from('just some words')), 415, 'unsupported-image', /./],
  ['a truncated JPEG', upload('/detection/predict', photo.subarray(0, photo.length / 2), 'a.jpg'), 422, 'invalid-image', /./],
  ['a truncated PNG', upload('/digit/predict', digit.subarray(0, digit.length / 2)), 422, 'invalid-image', /./],
  ['a PNG bomb', upload('/detection/predict', bomb), 413, 'image-too-large', /30,?000/],
  ['a PNG bomb as a digit', upload('/digit/predict', bomb), 413, 'image-too-large', /./],
  ['a blank sheet', upload('/digit/predict', blank()), 422, 'blank-image', /./],
  ['a body of 11 MiB', upload('/detection/predict', Buffer.alloc(11 * 1024 ** 2), 'a.jpg'), 413, 'body-too-large', /10485760/],
  [
    'the wrong content type',
    (url) => request(url).post('/digit/predict').set('content-type', 'text/plain').send('seven'),
    415,
    'unsupported-content-type',
    /multipart\/form-data/,
  ],
  ['no content type', (url) => request(url).post('/gesture/predict').unset('content-type'), 415, 'unsupported-content-type', /application\/json/],
  [
    'a form without its boundary',
    (url) => request(url).post('/digit/predict').set('content-type', 'multipart/form-data').send('x'),
    400,
    'malformed-multipart',
    /boundary/,
  ],
  ['JSON of depth 10,000', json('/gesture/predict', '['.repeat(10_000) + ']'.repeat(10_000)), 400, 'json-too-deep', /32/],
  ['half of a JSON document', json('/gesture/predict', '{"landmarks": ['), 400, 'malformed-json', /JSON/],
  ['an empty JSON body', json('/gesture/predict', ''), 400, 'malformed-json', /empty/],
  ['20 landmarks', json('/gesture/predict', { ...hand, landmarks: hand.landmarks.slice(0, 20) }), 422, 'missing-landmarks', /./],
  ['a NaN landmark', json('/gesture/predict', JSON.stringify(hand).replace(/"x":[\d.]+/, '"x":NaN')), 422, 'missing-landmarks', /./],
  ['no landmarks', json('/gesture/predict', {}), 422, 'missing-landmarks', /./],
  ['a hand in one point', json('/gesture/predict', { landmarks: hand.landmarks.map(() => ({ x: 1, y: 1 })) }), 422, 'invalid-landmarks', /./],
  ['words for landmarks', json('/gesture/predict', { landmarks: 'hand' }), 422, 'invalid-field', /./],
  ['conf_threshold of 2', withField('conf_threshold', '2'), 422, 'invalid-field', /conf_threshold.*0 to 1/],
  ['conf_threshold of abc', withField('conf_threshold', 'abc'), 422, 'invalid-field', /conf_threshold.*0 to 1/],
  ['max_detections of 1.5', withField('max_detections', '1.5'), 422, 'invalid-field', /max_detections/],
  ['a wrong query', (url) => request(url).post('/detection/predict?annotate=perhaps').attach('file', photo, 'a.jpg'), 422, 'invalid-field', /annotate/],
  ['no base64', json('/digit/predict', { image: '!!!' }), 422, 'invalid-field', /base64/],
  [
    'an unknown version',
    (url) => request(url).post('/digit/predict').set('x-model-version', 'v9').attach('file', digit, 'a.png'),
    404,
    'unknown-version',
    /v1, v2/,
  ],
  ['65 items', json('/gesture/batch/predict', { items: Array.from({ length: 65 }, () => hand) }), 422, 'invalid-field', /64/],
  ['no items', json('/gesture/batch/predict', { items: {} }), 422, 'invalid-field', /items/],
  ['an unknown path', (url) => request(url).get('/digit/nothing'), 404, 'not-found', /docs/],
  ['an unknown service', (url) => request(url).get('/faces'), 404, 'not-found', /docs/],
  ['a wrong method', (url) => request(url).put('/digit/predict'), 405, 'method-not-allowed', /POST/],
  ['a path that cannot be decoded', (url) => request(url).get('/%E0%A4%A'), 400, 'malformed-request', /./],
];

function blank(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(40, 0);
  header.writeUInt32BE(40, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: 40 }, () => Buffer.from([0, ...Array<number>(40).fill(255)]))))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function residentBytes(url: string): Promise<number> {
  const { text } = await request(url).get('/metrics').expect(200);
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]);
}

describe('bad input', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite({ ACCESS_LOG: 'false' });
  });
  afterAll(() => suite.stop());

  it.each(cases)('%s: a problem that says what to do', async (_what, send, status, code, says) => {
    const answer = await send(suite.gateway.url);
    expect(answer.body).toMatchObject({ status, code, type: `urn:facet:problem:${code}` });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body.detail).toMatch(says);
    expect(answer.body.instance).toBe(answer.headers['x-request-id']);
    if (status === 405) expect(answer.headers['allow']).toBe('POST');
  });

  it('costs no memory over 1,000 of them, and nobody dies', async () => {
    const small = cases.filter(([what]) => !what.includes('11 MiB'));
    const storm = (count: number): Promise<unknown> =>
      inParallel(Array.from({ length: count }), 4, (_, index) => small[index % small.length]![1](suite.gateway.url));
    const urls = [suite.gateway.url, suite.gesture.url, suite.digit.url, suite.detection.url];
    await storm(400);
    const before = await Promise.all(urls.map(residentBytes));
    await storm(1000);
    const after = await Promise.all(urls.map(residentBytes));
    const grownMiB = after.map((bytes, index) => (bytes - before[index]!) / 1024 ** 2);
    for (const grown of grownMiB) expect(grown).toBeLessThan(48);
    expect((await request(suite.gateway.url).get('/health')).body.status).toBe('healthy');
    const crashed = [suite.gateway, suite.gesture, suite.digit, suite.detection].flatMap(({ log }) =>
      log.filter(({ level }) => level === 'error' || level === 'fatal'),
    );
    expect(crashed).toEqual([]);
  });
});
