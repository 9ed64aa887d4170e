import { taskContracts } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { connect } from 'node:net';
import request from 'supertest';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { before, startStub, type StubService } from './access/stub-service.ts';

const [{ task, itemExample }] = taskContracts;
const item = JSON.stringify(itemExample);

/** Sends bytes on a connection of its own, and gives back all that came until it closed. */
async function raw(url: string, bytes: string, { half = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  socket.on('error', () => undefined);
  socket.once('end', () => socket.end());
  if (half) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const head = (path: string, more: readonly string[]): string => `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${more.map((line) => `${line}\r\n`).join('')}\r\n`;
const predict = (path: string, ...more: string[]): string => head(path, ['content-type: application/json', `content-length: ${item.length}`, ...more]) + item;

describe('details of HTTP', () => {
  let service: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    service = await spawnService(task);
    gateway = await spawnService('gateway', {
      [`${task.toUpperCase()}_URL`]: service.url,
      CORS_ORIGINS: 'https://app.example.org',
      CORS_HEADERS: 'X-App-Version, x-other',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
  });
  const doors = (): [base: string, prefix: string][] => [
    [gateway.url, `/${task}`],
    [service.url, ''],
  ];

  it('answers HEAD with the length of GET, or with none', async () => {
    for (const [base, prefix] of doors())
      for (const path of ['/health/live', '/openapi.json', '/model_info', '/docs', '/v2']) {
        const get = await request(base)
          .get(prefix + path)
          .set('accept-encoding', 'identity')
          .expect(200);
        const answer = await request(base)
          .head(prefix + path)
          .set('accept-encoding', 'identity')
          .expect(200);
        expect([undefined, get.headers['content-length']]).toContain(answer.headers['content-length']);
        expect(answer.headers['content-length']).not.toBe('0');
      }
  });

  it('gives a client that closes its sending side the answer', async () => {
    for (const [base, prefix] of doors()) {
      const text = await raw(base, predict(`${prefix}/predict`), { half: true });
      expect(text).toMatch(/^HTTP\/1\.1 200 /);
      expect(text).toContain('"request_id"');
    }
  });

  it('refuses a head that is too large with 431, the number and the setting, and none that the gateway lets through at the service', async () => {
    const sizes = [15_000, 15_900, 16_000, 16_100, 16_200, 16_384, 20_000, 100_000];
    const seen = new Set<string>();
    for (const size of sizes) {
      const text = await raw(gateway.url, predict(`/${task}/predict`, 'connection: close', `x-pad: ${'a'.repeat(size)}`));
      seen.add(text.slice(9, 12));
      if (text.slice(9, 12) !== '431') continue;
      expect(text).toContain('"headers-too-large"');
      expect(text).toContain('16384');
      expect(text).toContain('HEADERS_MAX_BYTES');
    }
    expect([...seen].toSorted()).toEqual(['200', '431']);
    // A head of many headers grows most on its way.
    const many = Array.from({ length: 2400 }, (_, at) => `${at.toString(36)}:`);
    expect((await raw(gateway.url, predict(`/${task}/predict`, 'connection: close', ...many))).slice(9, 12)).toBe('200');
    const metrics = (await request(gateway.url).get('/metrics').expect(200)).text;
    expect(metrics).not.toMatch(/^upstream_retries_total\{.*\} [1-9]/m);
  });

  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['Deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('reads bodies with Content-Encoding: %s everywhere', async (encoding, pack) => {
    for (const [base, prefix] of doors()) {
      const post = (path: string, body: string) =>
        fetch(base + path, { method: 'POST', body: pack(body), headers: { 'content-type': 'application/json', 'content-encoding': encoding } });
      expect((await post(`${prefix}/predict`, item)).status).toBe(200);
      expect((await post(`${prefix}/batch/predict`, JSON.stringify({ items: [itemExample] }))).status).toBe(200);
      expect((await post('/v2/repository/index', '{"ready":true}')).status).toBe(200);
      const tensor = { inputs: [{ name: 'landmarks', datatype: 'FP32', shape: [1, 42], data: Array.from({ length: 42 }, () => 0.5) }] };
      expect((await post(`/v2/models/${task}/infer`, JSON.stringify(tensor))).status).toBe(200);
      expect((await post(`${prefix}/predict`, ' '.repeat(2 * 1024 ** 2))).status).toBe(413);
    }
  });

  it('asks a client that expects 100 for the body, unless the head says already that it is refused', async () => {
    const expecting = async (base: string, path: string, ...more: string[]): Promise<string> => {
      const { hostname, port } = new URL(base);
      const socket = connect(Number(port), hostname).setEncoding('latin1');
      socket.write(head(path, ['expect: 100-continue', ...more]));
      let [text] = (await once(socket, 'data')) as [string];
      if (text.startsWith('HTTP/1.1 100 ')) {
        socket.on('data', (part: string) => (text += part)).write(item);
        await once(socket, 'close');
      }
      socket.destroy();
      return text;
    };
    const json = 'content-type: application/json';
    const length = `content-length: ${item.length}`;
    for (const [base, prefix] of doors()) {
      const tooLarge = await expecting(base, `${prefix}/predict`, json, 'content-length: 99999999');
      expect(tooLarge).toMatch(/^HTTP\/1\.1 413 /);
      expect(tooLarge).toMatch(/^connection: close\r$/im);
      expect(await expecting(base, `${prefix}/unknown`, json, length)).toMatch(/^HTTP\/1\.1 404 /);
      const taken = await expecting(base, `${prefix}/predict`, json, length, 'connection: close');
      expect(taken).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
      // Sent without waiting.
      expect(await raw(base, predict(`${prefix}/predict`, 'expect: 100-continue', 'connection: close'))).toContain('HTTP/1.1 200 ');
    }
    expect(await expecting(service.url, '/predict', 'content-type: text/plain', length)).toMatch(/^HTTP\/1\.1 415 /);
  });

  it('skips a byte order mark before JSON', async () => {
    for (const [base, prefix] of doors()) {
      const answer = await fetch(`${base}${prefix}/predict`, { method: 'POST', body: `\u{FEFF}${item}`, headers: { 'content-type': 'application/json' } });
      expect(answer.status).toBe(200);
    }
  });

  it('lists the request headers that pages of other origins may send, and merges Vary', async () => {
    const preflight = await request(gateway.url)
      .options(`/${task}/predict`)
      .set({ origin: 'https://app.example.org', 'access-control-request-method': 'POST' })
      .expect(204);
    expect(preflight.headers['access-control-allow-headers']).toMatch(/content-type.*, x-app-version, x-other$/);
    for (const [path, varies] of [
      ['/', 'accept'],
      ['/metrics', 'accept'],
      ['/openapi.json', 'accept-encoding'],
      [`/${task}/openapi.json`, 'accept-encoding'],
    ] as const) {
      const { headers } = await request(gateway.url).get(path).set('origin', 'https://app.example.org').expect(200);
      expect(headers['vary']!.split(', ')).toEqual(expect.arrayContaining(['origin', varies]));
      expect(headers['access-control-allow-origin']).toBe('https://app.example.org');
    }
  });

  it('compresses metrics, the OpenAPI document and the files of the documentation for those who accept it', async () => {
    for (const [base, prefix] of doors())
      for (const path of ['/metrics', '/openapi.json', '/docs/assets/swagger-ui-bundle.js', '/redoc/assets/redoc.js', '/docs/assets/start.js']) {
        const url = `${base}${path === '/metrics' ? '' : prefix}${path}`;
        const packed = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
        expect(packed.headers.get('content-encoding')).toBe('gzip');
        const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
        expect(plain.headers.get('content-encoding')).toBeNull();
        const [short, long] = [Number(packed.headers.get('content-length')), Number(plain.headers.get('content-length'))];
        if (path !== '/docs/assets/start.js') expect(short).toBeLessThan(long / 2);
        if (path !== '/metrics') expect(await packed.text()).toBe(await plain.text());
      }
  });
});

describe('headers that Connection names', () => {
  let stub: StubService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    stub = await startStub();
    gateway = await spawnService('gateway', before(stub));
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
  });

  it('stay at the gateway', async () => {
    await raw(gateway.url, predict(`/${task}/predict`, 'connection: close, x-hop, X-Forwarded-For', 'x-hop: 1', 'x-end: 2'));
    const [{ headers }] = stub.asked as [StubService['asked'][number]];
    expect(headers).toMatchObject({ 'x-end': '2', 'x-forwarded-for': expect.any(String) as string });
    expect(headers['x-hop']).toBeUndefined();
  });
});
