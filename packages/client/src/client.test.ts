import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { spawnSuite, type SpawnedSuite } from '@facet/testkit';
import { createClient, FacetError } from './index.ts';
import { RetryPolicy } from './retry-policy.ts';

const examples = join(__dirname, '../../../examples');
const hand = JSON.parse(readFileSync(join(examples, 'hand.json'), 'utf8')) as {
  landmarks: { x: number; y: number }[];
  image: { width: number; height: number };
};
const digit = new Uint8Array(readFileSync(join(examples, 'digit.png')));
const photo = new Uint8Array(readFileSync(join(examples, 'photo.jpg')));

async function failureOf(work: Promise<unknown>): Promise<FacetError> {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FacetError);
  return error as FacetError;
}

describe('a client of a real suite', () => {
  let suite: SpawnedSuite;
  beforeAll(async () => {
    suite = await spawnSuite();
  });
  afterAll(() => suite.stop());
  const facet = () => createClient({ url: `${suite.gateway.url}/` });

  it('infers from tensors', async () => {
    const pixels = { name: 'image', shape: [1, 1, 28, 28], datatype: 'FP32' as const, data: Array.from({ length: 784 }, () => 0) };
    const answer = await facet().infer('digit', { id: 'mine', inputs: [pixels] }, { version: 'v1' });
    expect(answer).toMatchObject({ model_name: 'digit', model_version: '1', id: 'mine' });
    expect(answer.outputs[0]).toMatchObject({ shape: [1, 10], datatype: 'FP32' });
    expect(answer.outputs[0]!.data).toHaveLength(10);
    const picture = { name: 'image', shape: [1], datatype: 'BYTES' as const, data: [Buffer.from(digit).toString('base64')] };
    expect((await facet().infer('digit', { inputs: [picture] })).outputs[0]!.data).toHaveLength(10);
    const failure = await failureOf(facet().infer('digit', { inputs: [{ ...pixels, shape: [1, 3] }] }));
    expect([failure.status, failure.message]).toEqual([400, expect.stringContaining('image') as string]);
  });

  it('asks every task', async () => {
    expect(await facet().gesture.predict(hand)).toMatchObject({ gesture: 'like', action: 'up' });
    expect(await facet().digit.predict(digit, { version: 'v2' })).toMatchObject({ predicted_digit: 7, version: 'v2' });
    const found = await facet().detection.predict(new Blob([photo]), { conf_threshold: 0.5, version: 'v2' });
    expect(found.detections.length).toBeGreaterThan(0);
    expect(found.confidence_threshold).toBe(0.5);
    const picture = await facet().detection.annotate(photo, { max_detections: 1 });
    expect([...new Uint8Array(await picture.arrayBuffer()).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it('asks for many at once', async () => {
    const digits = await facet().digit.batch([digit, new Uint8Array([1, 2, 3])]);
    expect(digits.results.map(({ status }) => status)).toEqual([200, 415]);
    expect(digits.results[0]).toMatchObject({ result: { predicted_digit: 7 } });
    expect((await facet().gesture.batch([hand, hand])).succeeded).toBe(2);
  });

  it('asks how things are', async () => {
    expect((await facet().health()).status).toBe('healthy');
    expect((await facet().digit.health()).model_loaded).toBe(true);
    expect(Object.keys((await facet().digit.modelInfo()).versions)).toEqual(['v1', 'v2']);
  });

  it('tells what was wrong', async () => {
    const problem = await failureOf(facet().gesture.predict({ landmarks: [{ x: 1, y: 2 }] }));
    expect(problem).toMatchObject({ status: 422, code: 'missing-landmarks', requestId: expect.stringMatching(/.+/) as string });
    expect(problem.errors.length).toBe(20);
    expect(await failureOf(facet().digit.predict(digit, { version: 'v9' }))).toMatchObject({ status: 404, code: 'unknown-version' });
  });
});

describe('a client of a server in trouble', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse, count: number) => void;
  let count = 0;
  beforeAll(async () => {
    server = createServer((request, response) => answer(request.resume(), response, (count += 1))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    count = 0;
  });
  const good = (response: ServerResponse) => void response.setHeader('content-type', 'application/json').end('{"predicted_digit":1}');

  it('asks again after 503, as late as it was told', async () => {
    answer = (_request, response, nth) => (nth === 1 ? void response.writeHead(503, { 'retry-after': '1' }).end('{}') : good(response));
    const beganAt = performance.now();
    expect(await createClient({ url }).digit.predict(digit)).toEqual({ predicted_digit: 1 });
    expect(performance.now() - beganAt).toBeGreaterThan(990);
    expect(count).toBe(2);
  });

  it('asks again when the connection breaks', async () => {
    answer = (request, response, nth) => (nth === 1 ? void request.socket.destroy() : good(response));
    expect(await createClient({ url }).digit.predict(digit)).toEqual({ predicted_digit: 1 });
  });

  it.each([400, 404, 422, 500, 504])('does not ask again after %d', async (status) => {
    answer = (_request, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
    expect(await failureOf(createClient({ url }).digit.predict(digit))).toMatchObject({ status, code: `http-${status}` });
    expect(count).toBe(1);
  });

  it('gives up at the deadline, and before it where the server asks for more time than there is', async () => {
    answer = () => undefined;
    const beganAt = performance.now();
    expect(await failureOf(createClient({ url }).digit.predict(digit, { timeoutMs: 100 }))).toMatchObject({ code: 'timeout', status: undefined });
    // Far from the 10 s that it takes unless told.
    expect(performance.now() - beganAt).toBeLessThan(5000);
    answer = (_request, response) => void response.writeHead(429, { 'retry-after': '60' }).end('{"code":"rate-limited"}');
    count = 0;
    expect(await failureOf(createClient({ url }).digit.predict(digit, { timeoutMs: 1000 }))).toMatchObject({ code: 'rate-limited', retryAfterMs: 60_000 });
    expect(count).toBe(1);
  });

  it('tells the suite what is left of the time, and who asks', async () => {
    const seen: IncomingMessage['headers'][] = [];
    answer = ({ headers }, response) => {
      seen.push(headers);
      good(response);
    };
    await createClient({ url, apiKey: async () => 'secret' }).digit.predict(digit, { timeoutMs: 5000, user: 'ada', headers: { 'cache-control': 'no-store' } });
    expect(seen[0]).toMatchObject({ authorization: 'Bearer secret', 'x-user-id': 'ada', 'cache-control': 'no-store' });
    expect(Number(seen[0]!['x-request-timeout-ms'])).toBeGreaterThan(4000);
  });

  it('asks a task of any name as its kind is asked', async () => {
    const asked: string[] = [];
    answer = ({ method, url: target, headers }, response) => {
      asked.push(`${method} ${target} ${headers['content-type'] ?? ''}`.trim());
      good(response);
    };
    const client = createClient({ url });
    await client.task('helmets', 'detection').predict(photo, { conf_threshold: 0.3 });
    await client.task('flowers', 'classification').predict(photo, { top_k: 3 });
    await client.task('signs', 'gesture').predict(hand);
    await client.task('meters', 'digit').batch([digit]);
    await client.task('helmets', 'detection').health();
    expect(asked).toEqual([
      'POST /helmets/predict?conf_threshold=0.3 application/octet-stream',
      'POST /flowers/predict?top_k=3 application/octet-stream',
      'POST /signs/predict application/json',
      expect.stringMatching(/^POST \/meters\/batch\/predict multipart\/form-data/) as string,
      'GET /helmets/health',
    ]);
  });

  it('ends with the reason of its signal, also between attempts', async () => {
    answer = (_request, response) => void response.writeHead(503, { 'retry-after': '5' }).end('{}');
    const leave = new AbortController();
    const left = createClient({ url }).digit.predict(digit, { signal: leave.signal });
    setTimeout(() => leave.abort(new Error('enough')), 100);
    await expect(left).rejects.toThrow('enough');
    await expect(createClient({ url }).digit.predict(digit, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  it('says that nobody is there', async () => {
    expect(await failureOf(createClient({ url: 'http://127.0.0.1:1', retries: 1 }).health())).toMatchObject({ code: 'unreachable' });
  });
});

describe('RetryPolicy', () => {
  const overloaded = new FacetError('', { status: 503, code: 'overloaded', requestId: undefined });

  it('doubles its pauses', () => {
    const policy = new RetryPolicy(10, () => 1);
    expect([0, 1, 2, 9].map((attempt) => policy.next(overloaded, attempt, 1e6))).toEqual([100, 200, 400, 5000]);
  });

  it('adds a tenth to the load at most', () => {
    const policy = new RetryPolicy(1, () => 0);
    let retries = 0;
    for (let calls = 0; calls < 1000; calls += 1) {
      policy.earn();
      if (policy.next(overloaded, 0, 1e6) !== undefined) retries += 1;
    }
    expect(retries).toBeGreaterThanOrEqual(100);
    expect(retries).toBeLessThanOrEqual(110);
  });
});
