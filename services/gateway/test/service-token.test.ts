import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { before, startStub } from './access/stub-service.ts';
import { hand } from './examples.ts';

const header = 'x-facet-service-token';
const [secret, nextSecret] = ['the-first-secret-of-the-suite', 'the-second-secret-of-the-suite'];

/** The status of a handshake for a stream. */
function handshake(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    socket.once('open', () => resolve((socket.terminate(), 101)));
    socket.once('unexpected-response', (_request, response) => resolve(response.resume().statusCode!));
    socket.on('error', () => undefined);
  });
}

describe('a secret between gateway and services', () => {
  const folder = mkdtempSync(join(tmpdir(), 'service-token-'));
  const file = join(folder, 'token');
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  let untrusted: SpawnedService;
  /** As a mounted Secret changes. */
  const write = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  beforeAll(async () => {
    write(`${secret}\n`);
    gesture = await spawnService('gesture', { SERVICE_TOKEN_FILE: file, MODEL_VERSIONS: 'v1', AB_WEIGHTS: 'v1=100' });
    const settings = { GESTURE_URL: gesture.url, MODEL_VERSIONS: 'v1', AB_WEIGHTS: 'v1=100' };
    [gateway, untrusted] = await Promise.all([spawnService('gateway', { ...settings, SERVICE_TOKEN: secret }), spawnService('gateway', settings)]);
  });
  afterAll(async () => {
    await Promise.all([gateway.stop(), untrusted.stop()]);
    await gesture.stop();
    rmSync(folder, { recursive: true });
  });
  const predict = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body: JSON.stringify(hand), headers: { 'content-type': 'application/json', ...headers } });

  it('is required by a service on everything but the probes', async () => {
    for (const path of ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']) expect((await fetch(gesture.url + path)).status).toBe(200);
    for (const path of ['/', '/health', '/metrics', '/docs', '/openapi.json', '/model_info', '/experiments', '/drift/status', '/samples', '/v2', '/nothing'])
      expect({ path, status: (await fetch(gesture.url + path)).status }).toEqual({ path, status: 401 });
    for (const given of ['', 'x', secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
      const answer = await predict(`${gesture.url}/predict`, { [header]: given });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'service-token-required']);
    }
    expect((await predict(`${gesture.url}/predict`, { [header]: secret })).status).toBe(200);
    expect(await handshake(`${gesture.url}/stream`)).toBe(401);
    expect(await handshake(`${gesture.url}/stream`, { [header]: secret })).toBe(101);
  });

  it('goes along with everything that the gateway asks', async () => {
    expect((await predict(`${gateway.url}/gesture/predict`)).status).toBe(200);
    expect((await predict(`${gateway.url}/gesture/predict`, { [header]: 'what a client says' })).status).toBe(200);
    for (const path of ['/gesture/health', '/gesture/metrics', '/gesture/model_info', '/v2/models/gesture', '/v2/models/gesture/stats'])
      expect({ path, status: (await fetch(gateway.url + path)).status }).toEqual({ path, status: 200 });
    expect(await (await fetch(`${gateway.url}/health`)).json()).toMatchObject({ services: { gesture: { status: 'healthy' } } });
    expect(await (await fetch(`${gateway.url}/status`)).text()).toMatch(/gesture[^]*?>ready</);
    expect(await handshake(`${gateway.url}/gesture/stream`)).toBe(101);
  });

  it('is what a gateway without it lacks, which is no fault of the client', async () => {
    const answer = await predict(`${untrusted.url}/gesture/predict`, { [header]: secret });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'upstream-unavailable']);
  });

  it('is never logged', () => {
    for (const { output } of [gesture, gateway, untrusted]) expect(output.join('\n')).not.toContain(secret);
  });

  it('changes without a restart, while two are accepted', async () => {
    const status = async (token: string) => (await predict(`${gesture.url}/predict`, { [header]: token })).status;
    const until = async (token: string, wanted: number): Promise<void> => {
      for (let tries = 0; tries < 100 && (await status(token)) !== wanted; tries += 1) await sleep(100);
      expect(await status(token)).toBe(wanted);
    };
    write(`${secret}\n${nextSecret}\n`);
    await until(nextSecret, 200);
    expect(await status(secret)).toBe(200);
    write('short\n');
    await sleep(1500);
    expect([await status(secret), await status(nextSecret)]).toEqual([200, 200]);
    write(`${nextSecret}\n`);
    await until(secret, 401);
    expect(await status(nextSecret)).toBe(200);
  });
});

describe('a gateway', () => {
  it('passes no secret on that a client sends', async () => {
    const stub = await startStub();
    const gateway = await spawnService('gateway', before(stub));
    await fetch(`${gateway.url}/digit/predict`, { method: 'POST', body: '{}', headers: { [header]: 'a client says so' } });
    expect(stub.asked.at(-1)!.headers[header]).toBeUndefined();
    await gateway.stop();
    stub.close();
  });

  it('does not start with a secret that could be guessed', async () => {
    await expect(spawnService('gateway', { SERVICE_TOKEN: 'short' })).rejects.toThrow('SERVICE_TOKEN: a secret must be 16 to 256 visible ASCII characters');
  });
});
