import { spawnService, type SpawnedService } from '@facet/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashKey, makeKey } from '../src/identify/api-key.ts';
import { hand } from './examples.ts';

const moved = ['/metrics', '/status', '/experiments', '/gesture/metrics', '/gesture/drift/status', '/gesture/experiments', '/gesture/samples'];
const both = ['/health', '/health/live', '/health/ready', '/v2/health/live'];
const key = makeKey();

function operationsUrl({ log }: SpawnedService): string {
  return `http://127.0.0.1:${String(log.find(({ msg }) => msg === 'listening')?.['operationsPort'])}`;
}
const status = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).status;
const predict = { method: 'POST', body: JSON.stringify(hand), headers: { 'content-type': 'application/json', 'x-api-key': key } };

describe.each([
  ['in one process', '1'],
  ['in two processes', '2'],
])('a port for operations, %s', (_, workers) => {
  const folder = mkdtempSync(join(tmpdir(), 'operations-'));
  const keysFile = join(folder, 'keys.json');
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    writeFileSync(keysFile, JSON.stringify({ keys: [{ id: 'all', hash: hashKey(key), scopes: ['*'] }] }));
    gesture = await spawnService('gesture', { WORKERS: workers, OPERATIONS_PORT: '0', SERVICE_TOKEN: 'a-secret-of-the-whole-suite' });
    gateway = await spawnService('gateway', {
      WORKERS: workers,
      OPERATIONS_PORT: '0',
      SERVICE_TOKEN: 'a-secret-of-the-whole-suite',
      API_KEYS_FILE: keysFile,
      GESTURE_URL: gesture.url,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await gesture.stop();
    rmSync(folder, { recursive: true });
  });

  it('has the operations of the gateway, which are gone from the other', async () => {
    for (const path of moved) {
      const answer = await fetch(gateway.url + path, { headers: { 'x-api-key': key } });
      expect({ path, status: answer.status, isFound: (await answer.text()).includes('OPERATIONS_PORT') }).toEqual({ path, status: 404, isFound: true });
    }
    for (const path of moved.slice(0, 5)) expect({ path, status: await status(operationsUrl(gateway) + path) }).toEqual({ path, status: 200 });
    for (const path of both)
      for (const url of [gateway.url, operationsUrl(gateway)]) expect({ path, isThere: (await status(url + path)) !== 404 }).toEqual({ path, isThere: true });
  });

  it('is not promised by the list of what the other serves', async () => {
    const { endpoints } = (await (await fetch(gateway.url, { headers: { accept: 'application/json' } })).json()) as { endpoints: object };
    expect(endpoints).not.toHaveProperty('metrics');
    expect(endpoints).not.toHaveProperty('status');
  });

  it('serves nothing else', async () => {
    expect(await status(`${gateway.url}/gesture/predict`, predict)).toBe(200);
    for (const [path, init] of [
      ['/gesture/predict', predict],
      ['/gesture/v1/predict', predict],
      ['/v2/models/gesture', {}],
      ['/gesture/stream', {}],
      ['/docs', {}],
      ['/', {}],
    ] as const)
      expect({ path, status: await status(operationsUrl(gateway) + path, init) }).toEqual({ path, status: 404 });
    for (const path of ['/predict', '/v1/predict', '/batch/predict'])
      expect({ path, status: await status(operationsUrl(gesture) + path, predict) }).toEqual({ path, status: 404 });
  });

  it('asks for an administrator only where something changes', async () => {
    expect(await status(`${operationsUrl(gateway)}/gesture/reference/update`, { method: 'POST', body: '{}' })).toBe(401);
    expect(await status(`${operationsUrl(gateway)}/gesture/samples`)).toBe(401);
  });

  it('serves the metrics of a service without its secret', async () => {
    expect(await status(`${gesture.url}/metrics`)).toBe(401);
    expect(await status(`${operationsUrl(gesture)}/metrics`)).toBe(200);
    expect(await status(`${operationsUrl(gesture)}/health/ready`)).toBe(200);
  });
});
