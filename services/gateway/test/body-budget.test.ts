import { taskContracts } from '@facet/contracts';
import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { before, startStub, type StubService } from './access/stub-service.ts';

const MiB = 1024 ** 2;
const limited = taskContracts.find((contract) => 'bodyMaxBytes' in contract)!;
const roomy = taskContracts.find((contract) => !('bodyMaxBytes' in contract))!;

/** The memory that the chart gives the gateway. */
function chartLimitBytes(): number {
  const values = parse(readFileSync(join(__dirname, '../../../charts/gateway/values.yaml'), 'utf8')) as { resources: { limits: { memory: string } } };
  return Number(/^(\d+)Mi$/.exec(values.resources.limits.memory)![1]) * MiB;
}

function rssBytes({ process: { pid } }: SpawnedService): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

async function held({ url }: SpawnedService): Promise<number> {
  return Number(/^http_request_body_held_bytes (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())![1]);
}

async function settles(read: () => Promise<number>, expected: number): Promise<void> {
  for (let round = 0; round < 100 && (await read()) !== expected; round += 1) await sleep(50);
  expect(await read()).toBe(expected);
}

/** Sends all but the end of a body, and gives back what was answered meanwhile. */
async function begin(
  url: string,
  path: string,
  declaredBytes: number,
  sentBytes: number,
  ...headers: string[]
): Promise<{ socket: Socket; answer: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer = { text: '' };
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (part: string) => (answer.text += part));
  const lines = [`POST ${path} HTTP/1.1`, 'host: localhost', 'content-type: image/png', `content-length: ${declaredBytes}`, ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const piece = Buffer.alloc(256 * 1024, 'x');
  for (let sent = 0; sent < sentBytes && answer.text === '' && !socket.destroyed; sent += piece.length)
    if (!socket.write(piece.subarray(0, Math.min(piece.length, sentBytes - sent))))
      await Promise.race([once(socket, 'drain'), sleep(200)]).catch(() => undefined);
  return { socket, answer: () => answer.text };
}

describe('bodies at a gateway with the memory of its chart', () => {
  let stub: StubService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    stub = await startStub();
    // What the default comes to in a container of that size.
    gateway = await spawnService('gateway', { ...before(stub), BODY_BUDGET_BYTES: String(chartLimitBytes() / 4) });
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
  });
  afterEach(() => {
    stub.delayMs = 0;
  });

  it('stays within it under 100 unfinished uploads, says 503 to those beyond the budget, and gives all back when they leave', async () => {
    const uploads = await Promise.all(Array.from({ length: 100 }, () => begin(gateway.url, `/${roomy.task}/predict`, 10 * MiB, 10 * MiB - 1)));
    await sleep(500);
    expect(rssBytes(gateway)).toBeLessThan(chartLimitBytes());
    const answers = uploads.map(({ answer }) => answer()).filter((text) => text !== '');
    expect(answers.length).toBeGreaterThan(50);
    for (const text of answers) {
      expect(text).toMatch(/^HTTP\/1\.1 503 /);
      expect(text).toMatch(/^retry-after: \d+\r$/m);
      expect(text).toContain('"overloaded"');
    }
    expect(await held(gateway)).toBeLessThanOrEqual(chartLimitBytes() / 4);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    for (const { socket } of uploads) socket.destroy();
    await settles(() => held(gateway), 0);
  });

  it('holds a body for as long as it is forwarded, and gives it back after an answer, a deadline, and a caller who left', async () => {
    const body = Buffer.alloc(3 * MiB);
    const send = (init: { signal?: AbortSignal; headers?: Record<string, string> } = {}) =>
      fetch(`${gateway.url}/${roomy.task}/predict`, { method: 'POST', body, ...init, headers: { 'content-type': 'image/png', ...init.headers } });
    stub.delayMs = 600;
    const slow = send();
    await sleep(300);
    expect(await held(gateway)).toBe(body.length);
    expect((await slow).status).toBe(200);
    await settles(() => held(gateway), 0);

    expect((await send({ headers: { 'x-request-timeout-ms': '100' } })).status).toBe(504);
    await settles(() => held(gateway), 0);

    const left = new AbortController();
    const leaving = send({ signal: left.signal }).catch(() => undefined);
    await sleep(200);
    left.abort();
    await leaving;
    await settles(() => held(gateway), 0);
  });

  it('gives the bytes of an unfinished upload back with its 504, and closes the connection', async () => {
    const { socket, answer } = await begin(gateway.url, `/${roomy.task}/predict`, 3 * MiB, 2 * MiB, 'x-request-timeout-ms: 300');
    await settles(() => Promise.resolve(Number(answer().slice(9, 12))), 504);
    expect(await held(gateway)).toBe(0);
    const closed = once(socket, 'close');
    // What still comes is not held.
    socket.write(Buffer.alloc(MiB / 2));
    await sleep(200);
    expect(await held(gateway)).toBe(0);
    await closed;
  }, 15_000);

  it('keeps the connection of an upload that ends after its 504', async () => {
    const { socket, answer } = await begin(gateway.url, `/${roomy.task}/predict`, 3 * MiB, 2 * MiB, 'x-request-timeout-ms: 300');
    await settles(() => Promise.resolve(Number(answer().slice(9, 12))), 504);
    socket.write(Buffer.alloc(MiB));
    socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await settles(() => Promise.resolve(answer().split('HTTP/1.1 200 ').length), 2);
    expect(await held(gateway)).toBe(0);
    socket.destroy();
  });

  it.each([
    ['what a task declares', `/${limited.task}/predict`, limited.bodyMaxBytes],
    ['the same for a batch', `/${limited.task}/batch/predict`, limited.bodyMaxBytes],
    ["the server's limit", `/${roomy.task}/predict`, 10 * MiB],
    ['the limit of the Open Inference Protocol', `/v2/models/${roomy.task}/infer`, 64 * MiB],
    ['the same below a task', `/${limited.task}/v2/models/${limited.task}/infer`, 64 * MiB],
  ])('refuses with 413 what is over %s', async (_what, path, maxBytes) => {
    const { socket, answer } = await begin(gateway.url, path, maxBytes + 1, 0);
    await settles(() => Promise.resolve(Number(answer().slice(9, 12))), 413);
    expect(answer()).toContain(`exceeds the limit of ${maxBytes} bytes`);
    socket.destroy();
    const right = await fetch(gateway.url + path, { method: 'POST', body: Buffer.alloc(maxBytes), headers: { 'content-type': 'image/png' } });
    expect(right.status).toBe(200);
  });
});

describe('limits that are set', () => {
  it('hold for one task, at the gateway and at its service', async () => {
    const env = { [`${limited.task.toUpperCase()}_BODY_MAX_BYTES`]: '2KiB', OIP_BODY_MAX_BYTES: '3KiB' };
    const service = await spawnService(limited.task, env);
    const gateway = await spawnService('gateway', { ...env, [`${limited.task.toUpperCase()}_URL`]: service.url });
    const status = async (url: string, length: number) =>
      (await fetch(url, { method: 'POST', body: JSON.stringify({ pad: 'x'.repeat(length) }), headers: { 'content-type': 'application/json' } })).status;
    for (const base of [service.url, `${gateway.url}/${limited.task}`]) {
      expect(await status(`${base}/predict`, 1900)).toBe(422);
      expect(await status(`${base}/predict`, 2100)).toBe(413);
      expect(await status(`${base}/v2/models/${limited.task}/infer`, 2900)).toBe(400);
      expect(await status(`${base}/v2/models/${limited.task}/infer`, 3100)).toBe(413);
    }
    await Promise.all([service.stop(), gateway.stop()]);
  });
});
