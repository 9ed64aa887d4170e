import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import { RemoteKeySet } from './remote-key-set.ts';

describe('the keys of an identity provider', () => {
  let server: Server;
  let hits = 0;
  let mode: 'ok' | 'down' | 'hang' | 'huge' | 'moved' | 'nonsense' = 'ok';
  let published = [{ kid: 'one' }, { kid: 'two' }];
  let clock = 0;
  const said: string[] = [];
  let keys: RemoteKeySet;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      hits += 1;
      if (mode === 'hang') return;
      response.statusCode = mode === 'down' ? 500 : mode === 'moved' ? 302 : 200;
      if (mode === 'moved') response.setHeader('location', '/elsewhere');
      response.end(mode === 'huge' ? 'x'.repeat(1024 ** 2) : mode === 'nonsense' ? '{"keys":7}' : JSON.stringify({ keys: published }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    [hits, mode, clock, said.length] = [0, 'ok', 0, 0];
    const say = (_details: object, message: string): void => void said.push(message);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // As jose does it, which cannot be loaded here: keys by their ids.
    const readKeys = (set: JSONWebKeySet) => {
      if (!Array.isArray(set.keys)) throw new Error('no set of keys');
      return ({ kid }: { kid?: string }) =>
        set.keys.some((key) => key.kid === kid) ? Promise.resolve(kid as unknown as CryptoKey) : Promise.reject(new RangeError('no such key'));
    };
    keys = new RemoteKeySet({ url, readKeys, isUnknownKey: (error) => error instanceof RangeError, log: { info: say, warn: say } as never, now: () => clock });
  });

  const check = async (kid = 'one') => keys.get({ alg: 'ES256', kid }, {} as never);

  it('are fetched once for requests that come at once, and not again while they are fresh', async () => {
    await Promise.all(Array.from({ length: 50 }, () => check()));
    await check();
    expect(hits).toBe(1);
  });

  it.each(['down', 'huge', 'moved', 'nonsense'] as const)(
    '%s: the provider is asked less and less often, and callers are told when to come back',
    async (bad) => {
      mode = bad;
      const waits: number[] = [];
      for (let second = 0; second < 300; second += 1) {
        clock = second * 1000;
        const failures = await Promise.allSettled(Array.from({ length: 5 }, () => check()));
        for (const failure of failures) expect(failure).toMatchObject({ status: 'rejected', reason: { name: 'KeysUnavailable' } });
        waits.push((failures[0] as { reason: { retryAfterSeconds: number } }).reason.retryAfterSeconds);
      }
      // After 0, 1, 3, 7, 15, 31, 63, 123, 183, 243 s.
      expect(hits).toBe(10);
      expect(Math.max(...waits)).toBe(60);
      expect(said).toHaveLength(1);
      mode = 'ok';
      clock = 400_000;
      await check();
      expect(said).toHaveLength(2);
    },
  );

  it('stay good for a day while the provider is away, and are asked for beside the requests', async () => {
    await check();
    mode = 'down';
    for (let minute = 0; minute < 60; minute += 1) {
      clock = 601_000 + minute * 60_000;
      await check();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(62);
    clock = 86_500_000;
    await expect(check()).rejects.toThrow('cannot be fetched');
  });

  it('a token with a new key has them fetched again, but unknown keys do so once in ten seconds', async () => {
    const all = published;
    published = [all[0]!];
    await check();
    for (let tries = 0; tries < 20; tries += 1) await expect(check('two')).rejects.toThrow('no such key');
    expect(hits).toBe(1);
    clock = 11_000;
    published = all;
    await check('two');
    expect(hits).toBe(2);
  });

  it('a silent provider is not waited for longer than a few seconds', async () => {
    mode = 'hang';
    await expect(check()).rejects.toThrow('cannot be fetched');
  }, 10_000);
});
