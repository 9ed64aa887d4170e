import { streamMessage, type StreamMessage } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const hands = Object.fromEntries(
  ['like', 'dislike', 'four', 'three'].map((name) => [
    name,
    JSON.parse(readFileSync(join(__dirname, `../../../examples/hands/${name}.json`), 'utf8')) as object,
  ]),
);

interface Client {
  readonly socket: WebSocket;
  readonly messages: StreamMessage[];
  readonly closed: Promise<{ code: number; reason: string }>;
}

async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
  const messages: StreamMessage[] = [];
  socket.on('message', (data) => messages.push(streamMessage.parse(JSON.parse((data as Buffer).toString('utf8')))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return { socket, messages, closed };
}

/** The status and problem with which a handshake is refused. */
function refusal(url: string, headers: Record<string, string> = {}): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    socket.once('open', () => reject(new Error('it was opened')));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: (JSON.parse(body) as { code: string }).code }));
    });
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await sleep(10);
  expect(holds()).toBe(true);
}

describe('/gesture/stream', () => {
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  const env = { ACCESS_LOG: 'false', STREAM_MAX_CONNECTIONS: '4', STREAM_MAX_PER_ADDRESS: '4', STREAM_PING: '200ms', STREAM_IDLE: '3s' };
  beforeAll(async () => {
    gesture = await spawnService('gesture', env);
    gateway = await spawnService('gateway', { ...env, GESTURE_URL: gesture.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await gesture.stop();
  });
  const endpoints = (): [string, string][] => [
    ['service', `${gesture.url}/stream`],
    ['gateway', `${gateway.url}/gesture/stream`],
  ];
  /** Whoever has closed knows it sooner than the service. */
  const untilOpen = async (count: number): Promise<void> => {
    const open = async (): Promise<number> => Number(/^stream_connections (\d+)$/m.exec(await (await fetch(`${gesture.url}/metrics`)).text())?.[1]);
    for (let tries = 0; tries < 200 && (await open()) !== count; tries += 1) await sleep(25);
    expect(await open()).toBe(count);
  };

  it.each([0, 1])('greets, follows a hand at 60 frames a second, and says which action begins (endpoint %d)', async (endpoint) => {
    const { socket, messages, closed } = await connect(`${endpoints()[endpoint]![1]}?version=v2`);
    let seq = 0;
    for (const gestureName of ['like', 'dislike', 'four', 'three']) {
      for (let frame = 0; frame < 30; frame += 1) {
        socket.send(JSON.stringify({ seq: seq++, ...hands[gestureName] }));
        await sleep(1000 / 60);
      }
    }
    await until(() => messages.some((message) => message.type === 'answer' && message.seq === seq - 1));
    socket.close(1000);
    expect(await closed).toMatchObject({ code: 1000 });
    expect(messages[0]).toMatchObject({ type: 'hello', version: 'v2', max_frames_per_second: 60, actions: { like: 'up' } });
    const answers = messages.filter((message) => message.type === 'answer');
    expect(answers.length + answers.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(seq);
    expect(answers.filter(({ started }) => started).map(({ action }) => action)).toEqual(['up', 'down', 'right', 'left']);
  });

  it('keeps the hands of two connections apart', async () => {
    const url = `${gateway.url}/gesture/stream`;
    const [up, down] = [await connect(url), await connect(url)];
    for (let seq = 0; seq < 30; seq += 1) {
      up.socket.send(JSON.stringify({ seq, ...hands['like'] }));
      down.socket.send(JSON.stringify({ seq, ...hands['dislike'] }));
      await sleep(1000 / 60);
    }
    for (const { messages } of [up, down]) await until(() => messages.some((message) => message.type === 'answer' && message.seq === 29));
    const actions = ({ messages }: Client) => new Set(messages.flatMap((message) => (message.type === 'answer' && message.action ? [message.action] : [])));
    expect(actions(up)).toEqual(new Set(['up']));
    expect(actions(down)).toEqual(new Set(['down']));
    up.socket.close();
    down.socket.close();
    await Promise.all([up.closed, down.closed]);
  });

  it('bears a flood: newer frames replace older ones, and memory holds one', async () => {
    const { socket, messages, closed } = await connect(`${gateway.url}/gesture/stream`);
    const text = JSON.stringify(hands['like']).slice(1);
    for (let seq = 0; seq < 3000; seq += 1) socket.send(`{"seq":${seq},${text}`);
    await until(() => messages.some((message) => message.type === 'answer' && message.seq === 2999));
    const answers = messages.filter((message) => message.type === 'answer');
    expect(answers.length).toBeLessThan(1500);
    expect(answers.length + answers.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(3000);
    socket.close();
    await closed;
  });

  it('refuses what is not for it', async () => {
    for (const [, url] of endpoints()) {
      expect(await refusal(url, { origin: 'https://elsewhere.example' })).toEqual({ status: 403, code: 'origin-refused' });
      expect(await refusal(`${url}?version=v9`)).toEqual({ status: 404, code: 'unknown-version' });
      const plain = await fetch(url);
      expect({ status: plain.status, code: ((await plain.json()) as { code: string }).code }).toEqual({ status: 426, code: 'upgrade-required' });
    }
  });

  it('closes on binary, on too long a message, and on silence', async () => {
    for (const [, url] of endpoints()) {
      const binary = await connect(url);
      binary.socket.send(Buffer.from([1, 2, 3]), { binary: true });
      expect((await binary.closed).code).toBe(1003);
      const long = await connect(url);
      long.socket.send('x'.repeat(20_000));
      expect((await long.closed).code).toBe(1009);
    }
    const silent = await connect(endpoints()[1]![1]);
    expect((await silent.closed).code).toBe(4408);
  });

  it('refuses more than it bears, and lets in again whom there is room for', async () => {
    const url = `${gesture.url}/stream`;
    await untilOpen(0);
    const clients = await Promise.all(Array.from({ length: 4 }, () => connect(url)));
    expect(await refusal(url)).toEqual({ status: 503, code: 'too-many-streams' });
    expect(await refusal(`${gateway.url}/gesture/stream`)).toEqual({ status: 503, code: 'too-many-streams' });
    await untilOpen(4);
    for (const { socket } of clients) socket.close();
    await untilOpen(0);
    const again = await connect(url);
    again.socket.terminate();
  });

  it('cuts a client that answers no pings', async () => {
    const { socket, closed } = await connect(`${gesture.url}/stream`);
    socket.pause();
    const before = gesture.log.filter(({ code }) => code === 1006).length;
    await until(() => gesture.log.filter(({ code }) => code === 1006).length > before);
    socket.terminate();
    await closed;
  });

  it('leaves a request that offers another protocol a plain request', async () => {
    const status = await new Promise((resolve, reject) => {
      const call = request(
        `${gateway.url}/health/live`,
        { headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.once('error', reject);
      call.end();
    });
    expect(status).toBe(200);
  });
});

describe('streams of a process that stops', () => {
  it('close with 1001, through the gateway too, and the process ends with 0', async () => {
    const gesture = await spawnService('gesture');
    const gateway = await spawnService('gateway', { GESTURE_URL: gesture.url });
    const client = await connect(`${gateway.url}/gesture/stream`);
    expect(await gesture.stop()).toBe(0);
    expect((await client.closed).code).toBe(1001);
    expect(await refusal(`${gateway.url}/gesture/stream`)).toEqual({ status: 503, code: 'upstream-unavailable' });
    expect(await gateway.stop()).toBe(0);

    const again = await spawnService('gesture');
    const endpoint = await spawnService('gateway', { GESTURE_URL: again.url });
    const other = await connect(`${endpoint.url}/gesture/stream`);
    expect(await endpoint.stop()).toBe(0);
    expect((await other.closed).code).toBe(1001);
    expect(await again.stop()).toBe(0);
  });
});
