import { spawnService, type SpawnedService } from '@facet/testkit';
import { request } from 'node:http';

const evil = 'http://evil.example';

/** A request as a browser would send it, which `fetch` of Node cannot: with any `host` and `origin`. */
function send(url: string, method: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; code: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers });
    sent.once('error', reject);
    sent.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode!, code: undefined });
    });
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode!, code: text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : undefined });
      });
    });
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };

describe('a malicious page', () => {
  let gesture: SpawnedService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    gesture = await spawnService('gesture');
    gateway = await spawnService('gateway', { GESTURE_URL: gesture.url });
  });
  afterAll(async () => {
    await gateway?.stop();
    await gesture?.stop();
  });

  const servers = [
    ['the gateway', () => gateway.url, '/gesture'],
    ['a service on its own port', () => gesture.url, ''],
  ] as const;

  describe.each(servers)('at %s', (_who, urlOf, prefix) => {
    it.each(['/reference/update', '/samples', '/predict', '/v1/predict', '/batch/predict'])('can send nothing to %s', async (path) => {
      // What a form or a script without a preflight can send.
      const simple = { 'content-type': 'text/plain', origin: evil };
      expect(await send(urlOf() + prefix + path, 'POST', simple)).toEqual({ status: 403, code: 'origin-refused' });
      expect(await send(urlOf() + prefix + path, 'POST', { 'sec-fetch-site': 'cross-site' })).toEqual({ status: 403, code: 'origin-refused' });
    });

    it('cannot read through a name of its own', async () => {
      expect(await send(`${urlOf()}${prefix}/model_info`, 'GET', { host: 'evil.example' })).toEqual({ status: 421, code: 'host-refused' });
      expect(await send(`${urlOf()}/metrics`, 'GET', { host: 'evil.example' })).toEqual({ status: 421, code: 'host-refused' });
    });

    it('can open no stream', async () => {
      const url = `${urlOf()}${prefix}/stream`;
      expect(await send(url, 'GET', { ...upgrade, origin: evil })).toEqual({ status: 403, code: 'origin-refused' });
      expect(await send(url, 'GET', { ...upgrade, origin: evil, host: 'evil.example' })).toEqual({ status: 421, code: 'host-refused' });
      expect((await send(url, 'GET', upgrade)).status).toBe(101);
    });

    it('leaves clients that are no browsers and pages of the server itself as they were', async () => {
      const url = urlOf();
      for (const own of [{}, { origin: url }, { 'sec-fetch-site': 'same-origin', origin: url }, { host: 'localhost:8080', origin: 'http://localhost:8080' }])
        expect((await send(`${url}${prefix}/v1/predict`, 'POST', { 'content-type': 'application/json', ...own })).status).toBe(422);
    });
  });
});
