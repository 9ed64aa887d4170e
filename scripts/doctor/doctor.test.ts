import { spawnService, type SpawnedService } from '@facet/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashKey, makeKey } from '../../services/gateway/src/identify/api-key.ts';

interface Report {
  readonly safe: boolean;
  readonly results: readonly { readonly id: string; readonly level: string; readonly detail: string }[];
}

async function doctor(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const script = join(import.meta.dirname, '..', 'doctor.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

const byLevel = (output: string, level: string): string[] =>
  (JSON.parse(output) as Report).results.filter((result) => result.level === level).map(({ id }) => id);

/** Answers everything with 200, allows every origin, switches every protocol, shows a stack, and takes its time over `NaN`. */
async function startCarelessServer() {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      const text = chunk.toString('latin1');
      const isStream = text.toLowerCase().includes('upgrade: websocket');
      const head = isStream ? '101 Switching Protocols' : '200 OK';
      const response = `HTTP/1.1 ${head}\r\naccess-control-allow-origin: https://attacker.example\r\n\r\nError: x\n    at run (/app/main.js:1:1)`;
      const send = () => (isStream ? socket.write(response) : socket.end(response));
      if (text.includes('NaN')) setTimeout(send, 2500);
      else send();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe('doctor', () => {
  it('fails every check of a server that accepts everything', async () => {
    const server = await startCarelessServer();
    const { code, output } = await doctor(server.url, '--service', server.url, '--json');
    server.close();
    expect(code).toBe(1);
    expect(byLevel(output, 'ok')).toEqual(['trailing-slash']);
    expect(byLevel(output, 'warn')).toEqual([]);
    expect(byLevel(output, 'skip')).toEqual(['tls', 'tls-redirect', 'hsts', 'credentials']);
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'security.md'), 'utf8');
    expect((JSON.parse(output) as Report).results.filter(({ id }) => !page.includes(`\`${id}\``))).toEqual([]);
  });

  it('does not take missing credentials for a check of origins and hosts', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { output } = await doctor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--key', 'any', '--json');
    server.close();
    const failed = byLevel(output, 'fail');
    for (const id of ['credentials', 'csrf', 'stream-origin', 'host']) expect(failed).toContain(id);
    expect(byLevel(output, 'ok')).toContain('authentication');
  });

  it.each([
    ['no URL', [], 'npm run doctor -- URL'],
    ['no scheme', ['facet.example.com'], "'facet.example.com' is not a URL"],
    ['an unknown option', ['--fast'], "Unknown option '--fast'"],
    ['a suite that is not there', ['http://127.0.0.1:9'], 'cannot be reached'],
  ])('ends with code 2 for %s', async (_what, args, says) => {
    const { code, output } = await doctor(...args);
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining(says) as string });
  });

  describe('of a gateway', () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const key = makeKey();
    let gateway: SpawnedService;
    afterEach(() => gateway.stop());
    afterAll(() => rmSync(folder, { recursive: true }));

    it('says that anonymous callers are admitted', async () => {
      gateway = await spawnService('gateway');
      const { code, output } = await doctor(gateway.url);
      expect(code).toBe(1);
      expect(output).toMatch(/^fail {2}Predictions need an API key or token.*API_KEYS_FILE/m);
    });

    it('passes one with keys', async () => {
      const file = join(folder, 'keys.json');
      writeFileSync(file, JSON.stringify({ keys: [{ id: 'phone', hash: hashKey(key), scopes: ['*'] }] }));
      gateway = await spawnService('gateway', { API_KEYS_FILE: file, ALLOWED_HOSTS: 'facet.example' });
      const { code, output } = await doctor(gateway.url, '--key', key, '--json');
      expect({ code, failed: byLevel(output, 'fail'), warned: byLevel(output, 'warn') }).toEqual({ code: 0, failed: [], warned: [] });
    });
  });
});
