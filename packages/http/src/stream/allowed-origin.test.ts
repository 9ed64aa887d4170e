import { isAllowedOrigin } from './allowed-origin.ts';

describe('isAllowedOrigin', () => {
  it.each([
    ['a client that is no browser', {}, [], true],
    ['a page of this host', { origin: 'https://facet.example', host: 'facet.example' }, [], true],
    ['a page of this host and port', { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }, [], true],
    ['another port', { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:8080' }, [], false],
    ['another host', { origin: 'https://evil.example', host: 'facet.example' }, [], false],
    ['a host that only begins alike', { origin: 'https://facet.example.evil.example', host: 'facet.example' }, [], false],
    ['one that is listed', { origin: 'https://game.example', host: 'facet.example' }, ['https://game.example'], true],
    ['any, where all may', { origin: 'https://evil.example', host: 'facet.example' }, ['*'], true],
    ['a sandboxed page', { origin: 'null', host: 'facet.example' }, [], false],
  ] as const)('%s', (_who, headers, origins, expected) => {
    expect(isAllowedOrigin(headers, origins)).toBe(expected);
  });
});
