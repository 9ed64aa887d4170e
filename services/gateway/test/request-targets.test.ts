import { taskContracts } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashKey, makeKey } from '../src/identify/api-key.ts';
import { before, startStub, type StubService } from './access/stub-service.ts';

const [{ task }, { task: otherTask }] = taskContracts;

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends a request target as it is written, on a connection of its own. */
async function send(url: string, method: string, target: string, headers: readonly string[] = []): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = [`${method} ${target} HTTP/1.1`, 'host: localhost', 'connection: close', ...headers];
  if (method === 'POST') lines.push('content-type: application/json', 'content-length: 2');
  socket.write(`${lines.join('\r\n')}\r\n\r\n${method === 'POST' ? '{}' : ''}`);
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  const end = text.indexOf('\r\n\r\n');
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
}

/** Each is one path to one reader and another path to the next. */
const ambiguous: readonly string[] = [
  `http://x/${task}/predict`,
  `http://x/health/live#/${task}/samples`,
  `x:80`,
  '*',
  `/${task}/predict#`,
  `/health/live#/${task}/predict`,
  `/health/live?#/${task}/predict`,
  `/docs/../${task}/samples`,
  `/docs/%2e%2e/${task}/samples`,
  `/docs/.%2E/${task}/samples`,
  `/docs/..%2f${task}/samples`,
  `/docs%5c..%5c${task}%5csamples`,
  `/docs\\..\\${task}\\samples`,
  `/${task}//samples`,
  `//${task}/samples`,
  `/${task}/./samples`,
  `/${task}/samples%00`,
  `/${task}/sampl%zzes`,
];

describe('request targets at a gateway with keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'targets-'));
  const key = makeKey();
  let stub: StubService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    stub = await startStub();
    const path = join(folder, 'keys.json');
    writeFileSync(path, JSON.stringify({ keys: [{ id: 'caller', hash: hashKey(key), scopes: [otherTask] }] }));
    gateway = await spawnService('gateway', { ...before(stub), API_KEYS_FILE: path, AB_WEIGHTS: 'v1=100,v2=0' });
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => void (stub.asked.length = 0));

  it.each(ambiguous)('%s is 400 with and without a key, and reaches no service', async (target) => {
    for (const method of ['GET', 'POST', 'OPTIONS'])
      for (const headers of [[], [`x-api-key: ${key}`]]) {
        const { status, body } = await send(gateway.url, method, target, headers);
        expect({ status, body }).toEqual({ status: 400, body: expect.stringContaining('"malformed-request"') as string });
      }
    expect(stub.asked).toEqual([]);
  });

  it('a version that is not served needs the scope of its task like any other', async () => {
    expect((await send(gateway.url, 'POST', `/${task}/v3/predict`)).status).toBe(401);
    expect((await send(gateway.url, 'POST', `/${task}/v3/predict`, [`x-api-key: ${key}`])).status).toBe(403);
    expect(stub.asked).toEqual([]);
  });

  it.each(['host: localhost', 'Host: other.example', 'HOST:'])('a second line %j is 400 with and without a key, and reaches no service', async (line) => {
    const streamed = ['upgrade: websocket', 'connection: upgrade', 'sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='];
    for (const [method, target, headers] of [
      ['POST', `/${task}/predict`, []],
      ['GET', '/health/live', []],
      ['GET', '/unknown', []],
      ['GET', '/v2', []],
      ['GET', `/${task}/samples`, [`x-api-key: ${key}`]],
      ['GET', '/gesture/stream', streamed],
    ] as const) {
      const { status, body } = await send(gateway.url, method, target, [line, ...headers]);
      expect({ status, body }).toEqual({ status: 400, body: expect.stringContaining('one Host header') as string });
    }
    expect(stub.asked).toEqual([]);
  });

  it.each([
    `/${task}/unknown`,
    `/${task}/v3/forecast`,
    `/${task}/samples/a/b/c`,
    '/unknown',
    '/v2/unknown',
    `/${task}/%70redict`,
    `/${task.toUpperCase()}/predict`,
  ])('the unknown %s is denied: 401 without a key, then 404, never asked of a service', async (target) => {
    for (const method of ['GET', 'POST', 'HEAD']) {
      expect((await send(gateway.url, method, target)).status).toBe(401);
      expect((await send(gateway.url, method, target, [`x-api-key: ${key}`])).status).toBe(404);
    }
    expect(stub.asked).toEqual([]);
  });

  it('judges the route: a slash at the end opens nothing, and a scope of another task does not cover it', async () => {
    for (const slash of ['', '/']) {
      expect((await send(gateway.url, 'GET', `/${task}/samples${slash}`, [`x-api-key: ${key}`])).status).toBe(403);
      expect((await send(gateway.url, 'POST', `/${task}/predict${slash}`, [`x-api-key: ${key}`])).status).toBe(403);
      expect((await send(gateway.url, 'POST', `/${otherTask}/predict${slash}`)).status).toBe(401);
      expect((await send(gateway.url, 'POST', `/v2/models/${task}/infer${slash}`, [`x-api-key: ${key}`])).status).toBe(403);
    }
    expect(stub.asked).toEqual([]);
  });

  it('sends a path with a slash at its end on without it, under the same weights and the same label', async () => {
    for (let round = 0; round < 10; round += 1) expect((await send(gateway.url, 'POST', `/${otherTask}/predict/?a=1`, [`x-api-key: ${key}`])).status).toBe(200);
    await send(gateway.url, 'POST', `/v2/models/${otherTask}/infer/`, [`x-api-key: ${key}`]);
    expect(new Set(stub.asked.map(({ path }) => path))).toEqual(new Set(['/v1/predict?a=1', `/v2/models/${otherTask}/versions/1/infer`]));
    const { body } = await send(gateway.url, 'GET', '/metrics', [`x-api-key: ${key}`]);
    expect(body).toMatch(new RegExp(`^http_requests_total\\{method="POST",route="/${otherTask}/predict",status="200"\\} 10$`, 'm'));
    expect(body).not.toMatch(/route="[^"]+\/"/);
    expect(body).toContain(`experiment_requests_total{service="${otherTask}",version="v1",status="success"} 10`);
  });

  it('sends browsers to the one path of a page, where its relative links work', async () => {
    for (const path of ['/status', '/docs', '/redoc', `/${task}/docs`]) {
      const { status, head } = await send(gateway.url, 'GET', `${path}/?a=1`, [`x-api-key: ${key}`]);
      expect(status).toBe(308);
      const location = /^location: (.*)$/im.exec(head)![1]!;
      expect(new URL(location, `http://x${path}/?a=1`).href).toBe(`http://x${path}?a=1`);
    }
  });
});

describe('request targets at a service', () => {
  let service: SpawnedService;
  beforeAll(async () => {
    service = await spawnService(task);
  });
  afterAll(() => service.stop());

  it.each(['http://x/predict', '/predict#', '//predict', '/./predict', '/docs/../samples', '/docs%2fx', '*'])('%s is 400', async (target) => {
    expect((await send(service.url, 'POST', target)).status).toBe(400);
  });

  it('says 400 to two Host lines, and takes other headers twice', async () => {
    expect((await send(service.url, 'GET', '/health/live', ['Host: localhost'])).status).toBe(400);
    expect((await send(service.url, 'POST', '/predict', ['Host: localhost'])).status).toBe(400);
    expect((await send(service.url, 'GET', '/health/live', ['from: a', 'from: b', 'x-a: a', 'x-a: b'])).status).toBe(200);
  });

  it('takes a slash at the end for the same route', async () => {
    expect((await send(service.url, 'POST', '/predict/')).status).toBe(422);
    expect((await send(service.url, 'GET', '/health/live/')).status).toBe(200);
    expect((await send(service.url, 'GET', '/predict/')).head).toMatch(/^allow: POST$/im);
    expect((await send(service.url, 'GET', '/docs/')).head).toMatch(/^location: \.\.\/docs$/im);
  });
});
