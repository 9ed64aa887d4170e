import { documentUrl, origins, redisUrl, serverUrl, url } from './addresses.ts';
import { field, loadConfig } from './load-config.ts';
import { parseRedisAddress } from './redis-address.ts';

const read = (schema: { safeParse(text: string): { data?: unknown } }, raw: string): unknown => schema.safeParse(raw).data;

describe('addresses', () => {
  it.each([
    [url(), 'http://host:80/', 'http://host:80'],
    [url(), 'https://host/otlp', 'https://host/otlp'],
    [url(), 'ftp://host', undefined],
    [url(), 'http:host', undefined],
    [url(), 'http:///path', undefined],
    [url(), 'http://user:pw@host', undefined],
    [url(), 'http://host?a=1', undefined],
    [documentUrl(), 'https://host/keys?v=1', 'https://host/keys?v=1'],
    [documentUrl(), 'https://host/keys#one', undefined],
    [serverUrl(), 'http://[::1]:8081/', 'http://[::1]:8081'],
    [serverUrl(), 'http://host/api', undefined],
    [origins(), 'https://App.example.org:443, http://localhost:3000', ['https://app.example.org', 'http://localhost:3000']],
    [origins(), 'capacitor://localhost', ['capacitor://localhost']],
    [origins(), '*', ['*']],
    [origins(), '*, https://a.example', undefined],
    [origins(), 'https://a.example/', undefined],
    [origins(), 'https://*.example.org', undefined],
    [origins(), 'app.example.org', undefined],
    [origins(), 'null', undefined],
    [origins(), 'https://a.example,https://A.example', undefined],
  ])('reads %#: %s %s', (schema, raw, expected) => {
    expect(read(schema, raw)).toEqual(expected);
  });

  it('reports no password, be it in a secret or beside a host', () => {
    const fields = {
      redis: field({ env: 'REDIS_URL', schema: redisUrl(), doc: '', secret: true }),
      url: field({ env: 'S3_ENDPOINT', schema: url(), doc: '' }),
    };
    const load = () => loadConfig(fields, { REDIS_URL: 'http://u:hunter2@host', S3_ENDPOINT: 'ftp://u:hun/ter3@host' });
    expect(load).toThrow(/REDIS_URL: expected redis:\/\/host:6379/);
    expect(load).toThrow('S3_ENDPOINT="ftp://***@host"');
    expect(load).not.toThrow(/hunter2|ter3/);
  });
});

describe('an address of Redis', () => {
  const plain = { primaryName: undefined, tls: false, username: undefined, password: undefined, database: 0 };
  it.each([
    ['redis://host', { ...plain, hosts: [{ host: 'host', port: 6379 }] }],
    [
      'rediss://ann:p%40ss@10.0.0.1:7000/3',
      { hosts: [{ host: '10.0.0.1', port: 7000 }], primaryName: undefined, tls: true, username: 'ann', password: 'p@ss', database: 3 },
    ],
    ['redis://:pw@[::1]:7000/', { ...plain, hosts: [{ host: '::1', port: 7000 }], password: 'pw' }],
    [
      'redis+sentinel://a,b:27000/primary/2',
      {
        ...plain,
        hosts: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 27_000 },
        ],
        primaryName: 'primary',
        database: 2,
      },
    ],
  ])('%s', (raw, expected) => {
    expect(parseRedisAddress(raw)).toEqual(expected);
  });

  it.each([
    'host:6379',
    'http://host',
    'redis://',
    'redis://a,b',
    'redis://host/name',
    'redis://host:0',
    'redis://host:70000',
    'redis://user@host',
    'redis://user:p%zz@host',
    'redis://host/0/1',
    'redis://host?family=6',
    'redis+cluster://host',
    'redis+sentinel://host',
    'redis+sentinel://host/two words',
  ])('refuses %s', (raw) => {
    expect(parseRedisAddress(raw)).toBeUndefined();
  });
});
