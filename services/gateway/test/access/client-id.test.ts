import { spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { hashKey, makeKey } from '../../src/identify/api-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-id-'));
const file = join(folder, 'keys.json');
const key = makeKey();
writeFileSync(file, JSON.stringify({ keys: [{ id: 'phone', hash: hashKey(key), scopes: ['*', 'admin'] }] }));

afterAll(() => rmSync(folder, { recursive: true }));

const calls = [
  ['POST', '/digit/predict'],
  ['POST', '/digit/v1/predict'],
  ['POST', '/digit/batch/predict'],
  ['POST', '/digit/reference/update'],
  ['GET', '/digit/model_info'],
  ['GET', '/digit/health'],
  ['GET', '/digit/health/ready'],
  ['GET', '/digit/metrics'],
  ['GET', '/digit/samples'],
  ['POST', '/v2/models/digit/infer'],
  ['POST', '/v2/models/digit/versions/1/infer'],
  ['GET', '/v2/models/digit/versions/1'],
] as const;

describe.each([
  ['without keys', {}, undefined],
  ['without keys, with a limit for addresses', { ADDRESS_RATE_LIMIT: '1000' }, undefined],
  ['with keys', { API_KEYS_FILE: file }, 'phone'],
] as const)('x-client-id at a gateway %s', (_what, env, expected) => {
  let gateway: SpawnedService;
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  const service = createServer((request, response) => {
    seen.push({ path: request.url!, headers: request.headers });
    request.resume().once('end', () => response.setHeader('content-type', 'application/json').end('{"predicted_digit":1,"confidence":0.5}'));
  });
  new WebSocketServer({ server: service }).on('connection', (_socket, request) => void seen.push({ path: request.url!, headers: request.headers }));

  beforeAll(async () => {
    await once(service.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    gateway = await spawnService('gateway', { GESTURE_URL: url, DIGIT_URL: url, DETECTION_URL: url, SHADOW_SHARE: '1', ...env });
  });
  afterAll(async () => {
    await gateway.stop();
    service.closeAllConnections();
    service.close();
  });
  const headers = { 'x-client-id': 'root', ...(expected !== undefined && { 'x-api-key': key }) };

  it.each(calls)('is its own word to a service: %s %s', async (method, path) => {
    seen.length = 0;
    await (await fetch(gateway.url + path, { method, headers, ...(method === 'POST' && { body: '{}' }) })).arrayBuffer();
    expect(seen.length).toBeGreaterThan(0);
    // Shadow copies name their caller or leave it out; none has what the client wrote.
    for (const { headers: sent } of seen) expect(['root', 'ROOT']).not.toContain(sent['x-client-id']);
    const own = seen.filter(({ headers: sent }) => !String(sent['x-request-id']).endsWith('.shadow'));
    if (!/^\/digit\/(?:health|metrics)/.test(path)) for (const { headers: sent } of own) expect(sent['x-client-id']).toBe(expected);
  });

  it('is its own word to a service that streams', async () => {
    seen.length = 0;
    const socket = new WebSocket(`${gateway.url.replace(/^http/, 'ws')}/gesture/stream`, { headers });
    await once(socket, 'open');
    socket.terminate();
    expect(seen.map(({ headers: sent }) => sent['x-client-id'])).toEqual([expected]);
  });
});
