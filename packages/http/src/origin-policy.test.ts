import { OriginPolicy, type OriginPolicyConfig } from './origin-policy.ts';

type Headers = Readonly<Record<string, string>>;

const code = (check: () => void): string => {
  try {
    check();
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const request = (config: OriginPolicyConfig, method: string, headers: Headers): string =>
  code(() => new OriginPolicy(config).checkRequest({ method, headers }));
const stream = (config: OriginPolicyConfig, headers: Headers): string => code(() => new OriginPolicy(config).checkStream({ headers }));

const anywhere = { hosts: ['::'] };
const loopback = { hosts: ['localhost'] };

describe('OriginPolicy', () => {
  it.each([
    ['a client that is no browser', anywhere, { host: 'facet.example' }, 'allowed'],
    ['a page of this host', anywhere, { origin: 'https://facet.example', host: 'facet.example' }, 'allowed'],
    ['a page of this host, its name in capitals', anywhere, { origin: 'https://facet.example', host: 'Facet.Example' }, 'allowed'],
    ['a page of this host, its default port written', anywhere, { origin: 'https://facet.example', host: 'facet.example:443' }, 'allowed'],
    ['a page of this host and port', anywhere, { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }, 'allowed'],
    ['a page of this host in IPv6', anywhere, { origin: 'http://[::1]:8080', host: '[::1]:8080' }, 'allowed'],
    ['another port', anywhere, { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:8080' }, 'origin-refused'],
    ['the default port of another scheme', anywhere, { origin: 'http://facet.example', host: 'facet.example:443' }, 'origin-refused'],
    ['another host', anywhere, { origin: 'https://evil.example', host: 'facet.example' }, 'origin-refused'],
    ['a host that only begins alike', anywhere, { origin: 'https://facet.example.evil.example', host: 'facet.example' }, 'origin-refused'],
    ['a sandboxed page', anywhere, { origin: 'null', host: 'facet.example' }, 'origin-refused'],
    ['a scheme that is not the web', anywhere, { origin: 'chrome-extension://facet.example', host: 'facet.example' }, 'origin-refused'],
    ['an origin and no host', anywhere, { origin: 'https://evil.example' }, 'origin-refused'],
    ['a listed origin', { ...anywhere, corsOrigins: ['https://app.example'] }, { origin: 'https://app.example', host: 'facet.example' }, 'allowed'],
    ['any origin, where all may call', { ...anywhere, corsOrigins: ['*'] }, { origin: 'https://evil.example', host: 'facet.example' }, 'allowed'],
    [
      'a name behind the trusted proxy',
      { ...anywhere, trustedProxies: 1 },
      { origin: 'https://app.example', host: 'gateway:8080', 'x-forwarded-host': 'app.example' },
      'allowed',
    ],
    [
      'what a client adds before the trusted proxy',
      { ...anywhere, trustedProxies: 1 },
      { origin: 'https://evil.example', host: 'gateway:8080', 'x-forwarded-host': 'evil.example, app.example' },
      'origin-refused',
    ],
    [
      'a forwarded name that no proxy is trusted for',
      anywhere,
      { origin: 'https://evil.example', host: 'facet.example', 'x-forwarded-host': 'evil.example' },
      'origin-refused',
    ],
    ['a name that was moved to the loopback', loopback, { origin: 'http://evil.example', host: 'evil.example' }, 'host-refused'],
    ['a name that was moved to the loopback, no browser', loopback, { host: 'evil.example:8080' }, 'host-refused'],
    ['a name that only ends in localhost', loopback, { host: 'evillocalhost' }, 'host-refused'],
    ['the loopback by name', loopback, { host: 'localhost:8080' }, 'allowed'],
    ['the loopback by IPv4', loopback, { host: '127.0.0.1' }, 'allowed'],
    ['the loopback by IPv6', { hosts: ['::1'] }, { host: '[::1]:8080' }, 'allowed'],
    ['a name that is allowed on the loopback', { ...loopback, allowedHosts: ['Facet.example'] }, { host: 'facet.example.:8080' }, 'allowed'],
    ['a name that is not allowed anywhere', { ...anywhere, allowedHosts: ['facet.example'] }, { host: 'evil.example' }, 'host-refused'],
    ['a pod by its address, where names are listed', { ...anywhere, allowedHosts: ['facet.example'] }, { host: '10.0.0.7:8080' }, 'allowed'],
    [
      'an allowed name behind the trusted proxy',
      { ...loopback, allowedHosts: ['app.example'], trustedProxies: 1 },
      { host: 'evil', 'x-forwarded-host': 'app.example' },
      'allowed',
    ],
  ] as const)('%s', (_who, config, headers, expected) => {
    expect({ request: request(config, 'POST', headers), stream: stream(config, headers) }).toEqual({ request: expected, stream: expected });
  });

  it('leaves reading to the rules of browsers, but by the names of this server', () => {
    const headers = { origin: 'https://evil.example', host: 'facet.example', 'sec-fetch-site': 'cross-site' };
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(request(anywhere, method, headers)).toBe('allowed');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(request(anywhere, method, headers)).toBe('origin-refused');
    expect(request(loopback, 'GET', { host: 'evil.example' })).toBe('host-refused');
  });

  it('reads sec-fetch-site where there is no origin', () => {
    const from = (site: string) => request(anywhere, 'POST', { host: 'facet.example', 'sec-fetch-site': site });
    expect(['same-origin', 'none', 'same-site', 'cross-site'].map(from)).toEqual(['allowed', 'allowed', 'origin-refused', 'origin-refused']);
  });

  it('takes STREAM_ORIGINS for streams alone, and CORS_ORIGINS for both', () => {
    const headers = { origin: 'https://game.example', host: 'facet.example' };
    const config = { ...anywhere, streamOrigins: ['https://game.example'] };
    expect([request(config, 'POST', headers), stream(config, headers)]).toEqual(['origin-refused', 'allowed']);
    expect(stream({ ...anywhere, corsOrigins: ['https://game.example'] }, headers)).toBe('allowed');
  });

  it('does not take one host for another after it allowed it', () => {
    const policy = new OriginPolicy(loopback);
    expect(code(() => policy.checkRequest({ method: 'GET', headers: { host: 'localhost' } }))).toBe('allowed');
    expect(code(() => policy.checkRequest({ method: 'GET', headers: { host: 'evil.example' } }))).toBe('host-refused');
  });
});
