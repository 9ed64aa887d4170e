import { describeWithParts, inParallel, spawnService, startRedis, type RealServer, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalRateLimiter } from '../../src/admit/local-rate-limiter.ts';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';
import { before, startStub, type StubService } from './stub-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'limits-'));
const secrets = new Map<string, string>();

/** A file of keys with these limits, by id. */
function keyFile(limits: Readonly<Record<string, object>>): string {
  const path = join(folder, `${secrets.size}.json`);
  const keys = Object.entries(limits).map(([id, more]) => {
    const key = makeKey();
    secrets.set(id, key);
    return Object.assign({ id, hash: hashKey(key), scopes: ['*'] }, more);
  });
  writeFileSync(path, JSON.stringify({ keys }));
  return path;
}

interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: number;
}

async function ask({ url }: SpawnedService, id?: string, headers: Record<string, string> = {}): Promise<Outcome> {
  const answer = await fetch(`${url}/digit/predict`, {
    method: 'POST',
    body: '{}',
    headers: { ...(id !== undefined && { 'x-api-key': secrets.get(id)! }), ...headers },
  });
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code, retryAfter: Number(answer.headers.get('retry-after')) };
}

/** With keys, metrics are for callers who are known. */
async function metricsOf({ url }: SpawnedService, id: string): Promise<string> {
  return (await fetch(`${url}/metrics`, { headers: { 'x-api-key': secrets.get(id)! } })).text();
}

/** Requests that a gateway counted by itself, since Redis did not answer in time. */
async function insuredBy(gateway: SpawnedService, id: string): Promise<number> {
  return Number(/^gateway_meter_insured_total (\d+)/m.exec(await metricsOf(gateway, id))![1]);
}

const statuses = (outcomes: readonly Outcome[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(outcomes, ({ status, code }) => `${status}${code === undefined ? '' : ` ${code}`}`)].map(([what, all]) => [what, all.length]),
  );

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_, index) => work(index)));

let stub: StubService;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => {
  stub.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  stub.delayMs = 0;
});

describe('limits of one gateway', () => {
  let gateway: SpawnedService;
  beforeAll(async () => {
    const path = keyFile({
      fast: { ratePerSecond: 0.5, burst: 5 },
      small: { quotaPerDay: 3 },
      narrow: { concurrency: 2 },
      operator: { scopes: ['admin'] },
      batches: { ratePerSecond: 0.01, burst: 10 },
      'batches-a-day': { quotaPerDay: 10 },
      'batches-of-tensors': { quotaPerDay: 10 },
      greedy: { concurrency: 4, ratePerSecond: 20 },
      ...Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`polite${index}`, { concurrency: 4, ratePerSecond: 20 }])),
    });
    gateway = await spawnService('gateway', {
      ...before(stub),
      API_KEYS_FILE: path,
      ADDRESS_RATE_LIMIT: '0.2',
      ADDRESS_BURST: '3',
      TRUSTED_PROXIES: '1',
      UPSTREAM_CONNECTIONS: '16',
    });
  });
  afterAll(() => gateway.stop());

  it('lets a burst of a key through, then says when to come back', async () => {
    const outcomes = await times(9, () => ask(gateway, 'fast'));
    expect(statuses(outcomes)).toEqual({ '200': 5, '429 rate-limited': 4 });
    for (const { status, retryAfter } of outcomes) if (status === 429) expect(retryAfter).toBe(2);
    await sleep(2050);
    expect((await ask(gateway, 'fast')).status).toBe(200);
  });

  it.each([
    ['batches', '/digit/batch/predict', 429],
    ['batches-a-day', '/digit/batch/predict', 429],
    ['batches-of-tensors', '/v2/models/digit/infer', 429],
  ])('counts a batch as its items: %s', async (id, path, refused) => {
    const send = async (n: number): Promise<number> => {
      const body = path.endsWith('infer') ? { inputs: [{ name: 'x', datatype: 'FP32', shape: [n, 1], data: [] }] } : { items: Array<number>(n).fill(0) };
      const answer = await fetch(gateway.url + path, { method: 'POST', headers: { 'x-api-key': secrets.get(id)! }, body: JSON.stringify(body) });
      await answer.arrayBuffer();
      return answer.status;
    };
    const asked = stub.asked.length;
    // The refused ones count as one, for what they hold is known only once they have been received.
    expect([await send(6), await send(5), await send(11), await send(2), await send(1)]).toEqual([
      200,
      refused,
      path.endsWith('infer') ? 400 : 422,
      200,
      refused,
    ]);
    expect(stub.asked.length - asked).toBe(2);
  });

  it('ends with the quota of a day', async () => {
    const outcomes = await times(5, () => ask(gateway, 'small'));
    expect(statuses(outcomes)).toEqual({ '200': 3, '429 quota-exceeded': 2 });
    const untilMidnight = 86_400 - ((Date.now() / 1000) % 86_400);
    for (const { status, retryAfter } of outcomes) if (status === 429) expect(Math.abs(retryAfter - untilMidnight)).toBeLessThan(5);
  });

  it('holds so many of a key at once, and frees their places', async () => {
    stub.delayMs = 300;
    expect(statuses(await times(6, () => ask(gateway, 'narrow')))).toEqual({ '200': 2, '429 too-many-at-once': 4 });
    stub.delayMs = 0;
    expect((await ask(gateway, 'narrow')).status).toBe(200);
  });

  it('frees the place of one who left', async () => {
    stub.delayMs = 400;
    const leave = new AbortController();
    const left = times(2, () =>
      fetch(`${gateway.url}/digit/predict`, { method: 'POST', body: '{}', headers: { 'x-api-key': secrets.get('narrow')! }, signal: leave.signal }).catch(
        () => 'left',
      ),
    );
    await sleep(100);
    leave.abort();
    expect(await left).toEqual(['left', 'left']);
    stub.delayMs = 0;
    // A busy machine may hear of it late.
    let status = 0;
    for (let tries = 0; tries < 50 && status !== 200; tries += 1) {
      await sleep(50);
      ({ status } = await ask(gateway, 'narrow'));
    }
    expect(status).toBe(200);
  });

  it('keeps a greedy key from ten polite ones', async () => {
    stub.delayMs = 20;
    const phase = { isOver: false };
    const greedy = inParallel(Array.from({ length: 40 }), 40, async () => {
      const own: Outcome[] = [];
      while (!phase.isOver) own.push(await ask(gateway, 'greedy'));
      return own;
    });
    const polite = await times(10, async (index) => {
      const own: Outcome[] = [];
      for (let count = 0; count < 15; count += 1) {
        own.push(await ask(gateway, `polite${index}`));
        await sleep(60);
      }
      return own;
    });
    phase.isOver = true;
    expect(statuses(polite.flat())).toEqual({ '200': 150 });
    const refused = (await greedy).flat().filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThan(50);
  });

  it('counts those without a name by their address, as the proxy saw it, and guesses of keys too', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    expect(statuses(await times(5, () => ask(gateway, undefined, from('6.6.6.6, 1.1.1.1'))))).toEqual({ '401 unauthenticated': 3, '429 rate-limited': 2 });
    expect(statuses(await times(5, () => ask(gateway, undefined, { ...from('2.2.2.2'), 'x-api-key': makeKey() })))).toEqual({
      '401 unauthenticated': 3,
      '429 rate-limited': 2,
    });
    expect((await ask(gateway, 'polite0', from('1.1.1.1'))).status).toBe(200);
    // Probes are never held up.
    const probes = await times(20, async () => (await fetch(`${gateway.url}/health/ready`, { headers: from('1.1.1.1') })).status);
    expect(new Set(probes)).toEqual(new Set([200]));
  });

  it('counts what it refused', async () => {
    const text = await metricsOf(gateway, 'operator');
    for (const reason of ['rate', 'quota', 'concurrency', 'address', 'unauthenticated'])
      expect(text).toMatch(new RegExp(`^gateway_refused_total\\{reason="${reason}"\\} [1-9]`, 'm'));
  });
});

describe('doors for pages', () => {
  let gateway: SpawnedService;
  beforeAll(async () => {
    gateway = await spawnService('gateway', {
      ...before(stub),
      CORS_ORIGINS: 'https://app.example',
      API_KEYS_FILE: keyFile({ page: {} }),
      MAX_CONNECTIONS_PER_ADDRESS: '20',
      HOST: '0.0.0.0',
    });
  });
  afterAll(() => gateway.stop());

  it('are open for the origins that are listed, before anyone is asked for a key', async () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/digit/predict`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' },
      });
    const good = await preflight('https://app.example');
    expect(good.status).toBe(204);
    expect(Object.fromEntries(good.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      vary: 'origin',
      'access-control-allow-methods': expect.stringContaining('POST') as string,
    });
    expect(good.headers.get('access-control-allow-headers')).toContain('x-api-key');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const refused = await fetch(`${gateway.url}/digit/predict`, { method: 'POST', headers: { origin: 'https://app.example' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://app.example']);
  });

  it('say that they are in no frame, and who sent nobody', async () => {
    const { headers } = await fetch(gateway.url);
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
  });

  it('hold no more connections of one address than they may', async () => {
    const openOf = async (address: string): Promise<number> => {
      const sockets: Socket[] = [];
      for (let count = 0; count < 40; count += 1) {
        const socket = connect(Number(new URL(gateway.url).port), address);
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        sockets.push(socket);
      }
      const count = () => sockets.filter(({ readyState }) => readyState === 'open').length;
      for (let tries = 0; tries < 50 && count() > 20; tries += 1) await sleep(20);
      const open = count();
      for (const socket of sockets) socket.destroy();
      return open;
    };
    // The loopback holds a proxy of this host, which is many callers.
    expect(await openOf('127.0.0.1')).toBe(40);
    const own = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === 'IPv4' && !at.internal);
    if (own) expect(await openOf(own.address)).toBe(20);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });
});

describe('several processes of one pod', () => {
  it('count together, however connections are spread', async () => {
    const gateway = await spawnService('gateway', { ...before(stub), WORKERS: '2', API_KEYS_FILE: keyFile({ both: { ratePerSecond: 0.01, burst: 20 } }) });
    const outcomes = await inParallel(Array.from({ length: 60 }), 6, () => ask(gateway, 'both'));
    await gateway.stop();
    expect(statuses(outcomes)).toEqual({ '200': 20, '429 rate-limited': 40 });
  });
});

describeWithParts('two replicas with Redis', ['redis-server'], () => {
  let redis: RealServer;
  let gateways: SpawnedService[];
  beforeAll(async () => {
    redis = await startRedis();
    const path = keyFile({
      shared: { ratePerSecond: 40, burst: 8 },
      quota: { quotaPerDay: 25 },
      free: { ratePerSecond: 100_000 },
      'operator-of-two': { scopes: ['admin'] },
    });
    gateways = await times(2, () => spawnService('gateway', { ...before(stub), API_KEYS_FILE: path, REDIS_URL: redis.url }));
  });
  afterAll(async () => {
    await times(2, (index) => gateways[index]!.stop());
    await redis.remove();
  });
  const either = (index: number): SpawnedService => gateways[index % 2]!;

  it('enforce one limit, within 5 %', async () => {
    const seconds = 10;
    const beganAt = performance.now();
    const outcomes: (Outcome & { at: number })[] = [];
    await times(16, async (lane) => {
      while (performance.now() - beganAt < seconds * 1000) {
        const outcome = await ask(either(lane), 'shared');
        outcomes.push({ ...outcome, at: performance.now() });
        await sleep(10);
      }
    });
    const passed = outcomes.filter(({ status }) => status === 200).length;
    // One count for all would have let as many through of the same requests, however many a busy machine came to send.
    let now = 0;
    const one = new LocalRateLimiter({ clock: () => now });
    const expected = outcomes.filter(({ at }) => {
      now = at;
      return one.take('shared', { ratePerSecond: 40, burst: 8 }).allowed;
    }).length;
    // On a busy machine Redis may have no turn for longer than a request waits: what a gateway counts by itself then may pass beside the one count.
    const alone = await times(2, (index) => insuredBy(gateways[index]!, 'operator-of-two'));
    expect(passed).toBeLessThan(outcomes.length);
    expect(Math.abs(passed - expected)).toBeLessThan(0.05 * expected + alone[0]! + alone[1]!);
  });

  it('and one quota', async () => {
    const alone = async (): Promise<number> =>
      (await times(2, (index) => insuredBy(gateways[index]!, 'operator-of-two'))).reduce((sum, count) => sum + count, 0);
    // Whatever the test before left behind: each asks Redis again once it has answered for a moment.
    let counted = -1;
    for (let now = await alone(); now !== counted; now = await alone()) {
      counted = now;
      await sleep(200);
      await times(2, (index) => ask(gateways[index]!, 'free'));
    }
    const outcomes: Outcome[] = [];
    for (let index = 0; index < 40; index += 1) outcomes.push(await ask(either(index), 'quota'));
    const passed = outcomes.filter(({ status }) => status === 200).length;
    expect(passed).toBeGreaterThanOrEqual(25);
    expect(passed).toBeLessThanOrEqual(25 + (await alone()) - counted);
    expect(Object.keys(statuses(outcomes))).toEqual(['200', '429 quota-exceeded']);
  });

  it('fail no prediction when Redis dies, hangs, or comes back, and use it again', async () => {
    const phase = { isOver: false };
    const load = times(6, async (lane) => {
      const own: Outcome[] = [];
      while (!phase.isOver) {
        own.push(await ask(either(lane), 'free'));
        await sleep(5);
      }
      return own;
    });
    await sleep(300);
    await redis.stop();
    await sleep(700);
    await redis.start();
    await sleep(1500);
    phase.isOver = true;
    expect(Object.keys(statuses((await load).flat()))).toEqual(['200']);
    const insured = (): Promise<number> => insuredBy(gateways[0]!, 'operator-of-two');
    const after = await insured();
    expect(after).toBeGreaterThan(0);
    for (let tries = 0; tries < 50; tries += 1) {
      const was = await insured();
      await ask(gateways[0]!, 'free');
      if ((await insured()) === was) break;
      await sleep(100);
      expect(tries).toBeLessThan(49);
    }
    const said = gateways[0]!.log.filter(({ msg }) => String(msg).startsWith('Redis'));
    // Only changes of its health are told.
    expect(said.length).toBeLessThanOrEqual(4);
  });

  it('count by themselves while Redis hangs, and ask nothing of it', async () => {
    // A server that takes connections and never answers.
    const { createServer } = await import('node:net');
    let received = '';
    const hanging = createServer((socket) => socket.on('error', () => undefined).on('data', (bytes) => (received += String(bytes)))).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const { port } = hanging.address() as { port: number };
    const gateway = await spawnService('gateway', {
      ...before(stub),
      API_KEYS_FILE: keyFile({ patient: { ratePerSecond: 1000 } }),
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    for (let count = 0; count < 10; count += 1) expect((await ask(gateway, 'patient')).status).toBe(200);
    expect(received).not.toBe('');
    expect(received).not.toMatch(/eval/i);
    expect(await insuredBy(gateway, 'patient')).toBeGreaterThanOrEqual(10);
    await gateway.stop();
    hanging.close();
  });
});
