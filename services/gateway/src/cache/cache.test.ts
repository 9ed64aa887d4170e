import type { RequestContext } from '@facet/http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { inputHash } from './input-hash.ts';
import { KnownModels } from './known-models.ts';
import { MemoryStore } from './memory-store.ts';
import { PredictionCache, type CachedCall } from './prediction-cache.ts';

const kept = (bytes: number, madeAt = 0) => ({ status: 200, headers: {}, body: Buffer.alloc(bytes), requestId: 'x', madeAt });

describe('MemoryStore', () => {
  it('keeps no more than it may, and what was asked for last', () => {
    const store = new MemoryStore({ maxBytes: 3 * 2048, ttlMs: 1000, clock: () => 0 });
    for (const key of ['a', 'b', 'c']) store.put(key, kept(1024));
    expect(store.bytes).toBe(3 * 2048);
    store.get('a');
    store.put('d', kept(1024));
    expect(['a', 'b', 'c', 'd'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true, true]);
    store.put('d', kept(100));
    store.put('huge', kept(10_000));
    expect([store.get('huge'), store.get('a') !== undefined]).toEqual([undefined, true]);
    expect(store.bytes).toBe(2 * 2048 + 1124);
  });

  it('forgets what is old', () => {
    let now = 0;
    const store = new MemoryStore({ maxBytes: 10_000, ttlMs: 1000, clock: () => now });
    store.put('a', kept(10));
    now = 999;
    expect(store.get('a')).toBeDefined();
    now = 1000;
    expect(store.get('a')).toBeUndefined();
    expect(store.bytes).toBe(0);
  });
});

describe('inputHash', () => {
  const form = (boundary: string, content: string) =>
    inputHash(
      ['m'],
      '/v1/predict',
      { 'content-type': `multipart/form-data; boundary=${boundary}` },
      Buffer.from(`--${boundary}\r\n\r\n${content}\r\n--${boundary}--\r\n`),
    );

  it('does not mind the boundary of a form, but its content', () => {
    expect(form('abc', 'picture')).toBe(form('xyzzy', 'picture'));
    expect(form('abc', 'picture')).not.toBe(form('abc', 'pictura'));
  });

  it('tells apart what stands on the two sides of a delimiter', () => {
    const hash = (text: string) => inputHash(['m'], '/v1/predict', { 'content-type': 'multipart/form-data; boundary="B"' }, Buffer.from(text));
    expect(hash('--B\r\nab\r\n--Bc')).not.toBe(hash('--B\r\na\r\n--Bbc'));
    expect(hash('\r\n--Bab')).not.toBe(hash('--Bab'));
  });

  it('takes a boundary for one only where it delimits', () => {
    // Here the boundary is the value of a field: without it, two fields would be the same.
    expect(form('5', 'conf_threshold=0.5')).not.toBe(form('9', 'conf_threshold=0.9'));
    expect(form('5', 'a--5b')).not.toBe(form('9', 'a--9b'));
  });

  it.each(['boundary=A; boundary=mmmm', 'boundary=mmmm; boundary=A', 'boundary="mmmm', 'boundary=A mmmm'])('names nothing of a form with %s', (parameters) =>
    expect(
      inputHash(['m'], '/v2/predict', { 'content-type': `multipart/form-data; ${parameters}` }, Buffer.from('--mmmm\r\n\r\nx\r\n--mmmm--')),
    ).toBeUndefined(),
  );

  it('takes the body as it is where the service does, whatever the Content-Type says', () => {
    const infer = (boundary: string, path = '/v2/models/digit/versions/1/infer') =>
      inputHash(['m'], path, { 'content-type': `multipart/form-data; boundary=${boundary}` }, Buffer.from(`--${boundary}\r\n\r\nx\r\n--${boundary}--`));
    expect(infer('a')).not.toBe(infer('b'));
    expect(infer('a', '/v1/predict')).toBe(infer('b', '/v1/predict'));
    const packed = (boundary: string) =>
      inputHash(['m'], '/v1/predict', { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-encoding': 'gzip' }, Buffer.from('x'));
    expect(packed('a')).not.toBe(packed('b'));
  });

  it('minds all that changes an answer', () => {
    const base = ['m', '/v1/predict', {}, 'x'] as const;
    const hash = ([model, path, headers, body]: readonly [string, string, Record<string, string>, string]) =>
      inputHash([model], path, headers, Buffer.from(body));
    const others = [
      ['n', '/v1/predict', {}, 'x'],
      ['m', '/v1/predict?annotate=true', {}, 'x'],
      ['m', '/v1/predict', { accept: 'text/plain' }, 'x'],
      ['m', '/v1/predict', { 'content-type': 'image/png' }, 'x'],
      ['m', '/v1/predict', {}, 'y'],
    ] as const;
    expect(new Set([base, ...others].map((other) => hash(other))).size).toBe(6);
    expect(hash(['m', '/v1/predict', { 'x-user-id': 'ada' }, 'x'])).toBe(hash(base));
  });
});

describe('KnownModels', () => {
  it('believes what was heard for ten seconds', () => {
    let now = 0;
    const models = new KnownModels(() => now);
    models.hear('digit', 'v1', 'digit/v1@sha256:a');
    now = 9999;
    expect(models.get('digit', 'v1')).toBe('digit/v1@sha256:a');
    now = 10_000;
    expect(models.get('digit', 'v1')).toBeUndefined();
  });
});

describe('PredictionCache', () => {
  const route = { version: 'v1', path: '/v1/predict', headers: {} };
  let asked = 0;
  const results: string[] = [];
  const cache = (perKey = false) =>
    new PredictionCache({
      store: new MemoryStore({ maxBytes: 1e6, ttlMs: 1e6 }),
      perKey,
      freshMs: 1e6,
      onResult: (_task, result) => void results.push(result),
    });
  const answer = (id: string, more: Partial<UpstreamAnswer> = {}): UpstreamAnswer => ({
    status: 200,
    headers: { 'x-model': 'digit/v1@sha256:a', 'content-type': 'application/json' },
    body: Buffer.from(`{"request_id":"${id}","id":"${id}x","n":${(asked += 1)}}`),
    ...more,
  });
  const call = (id: string, headers: Record<string, string> = {}, more: Partial<CachedCall> = {}): CachedCall => ({
    context: { id, request: { method: 'POST', headers } as RequestContext['request'] },
    service: { task: 'digit' },
    route,
    body: Buffer.from('x'),
    progress: {},
    ...more,
  });

  beforeEach(() => {
    asked = 0;
    results.length = 0;
  });

  it("gives again what was answered, under the new request's id", async () => {
    const own = cache();
    const first = await own.through(call('one'), async () => answer('one'));
    const second = await own.through(call('other'), async () => answer('other'));
    expect([first.headers['x-cache'], second.headers['x-cache'], second.headers['age']]).toEqual(['miss', 'hit', '0']);
    expect(second.body.toString()).toBe('{"request_id":"other","id":"onex","n":1}');
    expect(second.headers['x-model']).toBe('digit/v1@sha256:a');
    expect(results).toEqual(['miss', 'hit']);
  });

  it('asks once for what many want at the same time', async () => {
    const own = cache();
    const slow = async (id: string) => {
      await sleep(20);
      return answer(id);
    };
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => own.through(call(id), () => slow(id))));
    expect(asked).toBe(1);
    expect(answers.map(({ body: text }) => (JSON.parse(text.toString()) as { request_id: string }).request_id)).toEqual(['a', 'b', 'c']);
  });

  it('lets none fail because the one that asked did', async () => {
    const own = cache();
    const failing = own.through(call('a'), () => sleep(10).then(() => Promise.reject(new Error('it left'))));
    const waiting = own.through(call('b'), async () => answer('b'));
    await expect(failing).rejects.toThrow('it left');
    expect((await waiting).headers['x-cache']).toBe('miss');
  });

  it.each([
    ['a problem', { status: 503 }],
    ['a packed answer', { headers: { 'x-model': 'm', 'content-encoding': 'gzip' } }],
    ['tensors in binary', { headers: { 'x-model': 'm', 'content-type': 'application/octet-stream' } }],
    ['an answer of no model', { headers: {} }],
  ])('does not keep %s', async (_what, more) => {
    const own = cache();
    for (const id of ['a', 'b']) await own.through(call(id), async () => answer(id, more));
    expect(asked).toBe(2);
  });

  it('obeys no-store and no-cache', async () => {
    const own = cache();
    await own.through(call('a', { 'cache-control': 'no-store' }), async () => answer('a'));
    await own.through(call('b'), async () => answer('b'));
    await own.through(call('c', { 'cache-control': 'no-store' }), async () => answer('c'));
    await own.through(call('d', { 'cache-control': 'no-cache' }), async () => answer('d'));
    const last = await own.through(call('e'), async () => answer('e'));
    expect(results).toEqual(['bypass', 'miss', 'bypass', 'miss', 'hit']);
    expect(last.body.toString()).toContain('"n":4');
  });

  it('knows a new model when it answers, and gives nothing of the old one for it', async () => {
    const own = cache();
    const next = { headers: { 'x-model': 'digit/v1@sha256:b' } };
    await own.through(call('a'), async () => answer('a'));
    await own.through(call('b', {}, { body: Buffer.from('other') }), async () => answer('b', next));
    const fresh = await own.through(call('c'), async () => answer('c', next));
    expect(fresh.headers['x-cache']).toBe('miss');
  });

  it('keeps callers apart when told so', async () => {
    for (const [perKey, expected] of [
      [false, 1],
      [true, 2],
    ] as const) {
      asked = 0;
      const own = cache(perKey);
      for (const client of ['ada', 'bob', 'ada']) await own.through(call(client, { 'x-client-id': client }), async () => answer(client));
      expect(asked).toBe(expected);
    }
  });

  it('neither gives nor keeps an answer to a body that has two readings', async () => {
    const own = cache();
    const odd = { 'content-type': 'multipart/form-data; boundary=A; boundary=B' };
    for (const who of ['a', 'b']) {
      const { headers } = await own.through(call(who, odd), async () => answer(who));
      expect(headers['x-cache']).toBe('bypass');
    }
  });

  it.each([
    ['batches', { version: 'v1', path: '/batch/predict', headers: {} }],
    ['pages', { version: undefined, path: '/health', headers: {} }],
  ])('leaves %s alone', async (_what, other) => {
    const own = cache();
    const { headers } = await own.through(call('a', {}, { route: other }), async () => answer('a'));
    expect(headers['x-cache']).toBeUndefined();
  });
});
