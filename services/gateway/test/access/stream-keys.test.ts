import { streamMessage, type StreamMessage } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';

const like = JSON.parse(readFileSync(join(__dirname, '../../../../examples/hands/like.json'), 'utf8')) as object;
const folder = mkdtempSync(join(tmpdir(), 'stream-keys-'));
const file = join(folder, 'keys.json');
const limits = {
  free: {},
  slow: { ratePerSecond: 5 },
  small: { quotaPerDay: 4 },
  narrow: { concurrency: 1 },
  digit: { scopes: ['digit'] },
  leaving: {},
} as const;
const keys = Object.fromEntries(Object.keys(limits).map((id) => [id, makeKey()])) as Record<keyof typeof limits, string>;

function write(left: readonly (keyof typeof limits)[]): void {
  const entries = left.map((id) => ({ id, hash: hashKey(keys[id]), scopes: ['gesture'], ...limits[id] }));
  writeFileSync(`${file}.new`, JSON.stringify({ keys: entries }));
  renameSync(`${file}.new`, file);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await sleep(20);
  expect(holds()).toBe(true);
}

describe('a stream where callers must name themselves', () => {
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    write(Object.keys(limits) as (keyof typeof limits)[]);
    gesture = await spawnService('gesture', { LOG_LEVEL: 'trace' });
    gateway = await spawnService('gateway', { GESTURE_URL: gesture.url, API_KEYS_FILE: file, LOG_LEVEL: 'trace' });
  });
  afterAll(async () => {
    await gateway.stop();
    await gesture.stop();
    rmSync(folder, { recursive: true });
  });

  /** Opens a stream as a page does, which can offer subprotocols and set no header. */
  async function connect(key: string) {
    const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}/gesture/stream`, ['facet.stream', `facet.bearer.${key}`]);
    const messages: StreamMessage[] = [];
    socket.on('message', (data) => messages.push(streamMessage.parse(JSON.parse((data as Buffer).toString('utf8')))));
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
    const status = await new Promise<number>((resolve, reject) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.resume().statusCode!));
      socket.once('error', reject);
    });
    const send = (seq: number) => socket.send(JSON.stringify({ seq, ...like }));
    const answers = () => messages.filter(({ type }) => type === 'answer').length;
    return { socket, messages, closed, status, send, answers };
  }

  it('opens for a key among the subprotocols, and says only the other one', async () => {
    const { socket, status, messages, send, answers, closed } = await connect(keys.free);
    expect([status, socket.protocol]).toEqual([101, 'facet.stream']);
    send(0);
    await until(() => answers() === 1);
    expect(messages[0]).toMatchObject({ type: 'hello', max_frames_per_second: 60 });
    socket.close(1000);
    await closed;
  });

  it('says no key again, whatever was offered', async () => {
    const raw = await new Promise<string>((resolve, reject) => {
      const asked = request(`${gateway.url}/gesture/stream`, {
        headers: {
          connection: 'upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          'sec-websocket-protocol': `facet.bearer.${keys.free}, other`,
        },
      });
      asked.once('upgrade', (answer, socket) => resolve((socket.destroy(), [answer.statusCode, ...answer.rawHeaders].join(' '))));
      asked.once('response', (answer) => reject(new Error(`status ${answer.statusCode}`))).once('error', reject);
      asked.end();
    });
    expect(raw).toMatch(/^101 /);
    expect(raw).not.toMatch(/sec-websocket-protocol/i);
    expect(raw).not.toContain(keys.free);
  });

  it('stays shut for a key that is not known, or is for other tasks', async () => {
    expect((await connect(makeKey())).status).toBe(401);
    expect((await connect('nonsense')).status).toBe(401);
    expect((await connect(keys.digit)).status).toBe(403);
  });

  it('keeps to the rate of its key however fast frames come, and stays open', async () => {
    const { socket, messages, send, answers } = await connect(keys.slow);
    const beganAt = performance.now();
    for (let seq = 0; seq < 120; seq += 1) {
      send(seq);
      await sleep(1000 / 60);
    }
    const seconds = (performance.now() - beganAt) / 1000;
    expect(messages[0]).toMatchObject({ type: 'hello', max_frames_per_second: 5 });
    expect(answers()).toBeGreaterThanOrEqual(5);
    expect(answers()).toBeLessThanOrEqual(Math.ceil(5 * seconds) + 5);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it('ends when the day’s quota is used up, and opens no more', async () => {
    const { send, answers, closed } = await connect(keys.small);
    for (let seq = 0; seq < 4; seq += 1) {
      send(seq);
      await until(() => answers() === seq + 1);
    }
    expect(await closed).toEqual({ code: 4429, reason: 'quota-exceeded' });
    expect((await connect(keys.small)).status).toBe(429);
  });

  it('holds one of its key’s places', async () => {
    const { socket, closed } = await connect(keys.narrow);
    expect((await connect(keys.narrow)).status).toBe(429);
    socket.close();
    await closed;
    await sleep(100);
    const again = await connect(keys.narrow);
    expect(again.status).toBe(101);
    again.socket.terminate();
  });

  it('ends when its key is taken away', async () => {
    const { send, closed, socket } = await connect(keys.leaving);
    write(['free']);
    const talk = setInterval(() => socket.readyState === WebSocket.OPEN && send(0), 50);
    expect(await closed).toEqual({ code: 4401, reason: 'unauthenticated' });
    clearInterval(talk);
  });

  it('leaves no key in any log', async () => {
    await sleep(200);
    const lines = [gateway, gesture].flatMap(({ log }) => log.map((line) => JSON.stringify(line))).join('\n');
    expect(lines).toContain('stream closed');
    for (const key of Object.values(keys)) expect(lines).not.toContain(key);
    expect(lines).not.toMatch(/facet\.bearer|Bearer /);
  });
});
