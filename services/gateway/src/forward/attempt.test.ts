import { reasonOfAnswer, reasonOfError } from './attempt.ts';

const failure = (code: string, rest: object = {}): Error => Object.assign(new Error(code), { code, ...rest });
const answer = (status: number, body: string) => ({ status, headers: {}, body: Buffer.from(body) });

describe('what another pod may make good', () => {
  it.each([
    [failure('ECONNREFUSED'), 'connect'],
    [failure('ETIMEDOUT', { syscall: 'connect' }), 'connect'],
    [failure('ECONNRESET', { syscall: 'connect' }), 'connect'],
    [failure('ECONNRESET', { syscall: 'read' }), 'reset'],
    [failure('ETIMEDOUT', { syscall: 'read' }), 'gone'],
    [failure('EHOSTUNREACH', { syscall: 'connect' }), 'connect'],
    [failure('EHOSTUNREACH', { syscall: 'read' }), 'gone'],
    [failure('ENETUNREACH', { syscall: 'write' }), 'gone'],
    [failure('ENOTFOUND', { syscall: 'getaddrinfo' }), 'connect'],
    [failure('ENDPOINT_GONE'), 'gone'],
    [failure('POOL_CLOSED'), 'gone'],
    [new Error('the response is no longer awaited'), undefined],
    [new Error('the response is larger than 64 MiB'), undefined],
  ])('%s: %s', (error, reason) => expect(reasonOfError(error)).toBe(reason));

  it.each([
    [answer(503, '{"type":"urn:facet:problem:overloaded","status":503,"code":"overloaded"}'), 'overloaded'],
    [answer(503, '{"code": "starting"}'), 'starting'],
    [answer(503, 'no healthy upstream'), 'unavailable'],
    [answer(500, '{"code":"internal"}'), undefined],
    [answer(504, '{"code":"deadline-exceeded"}'), undefined],
    [answer(504, '{"error":"The deadline passed."}'), undefined],
    [answer(504, 'upstream request timeout'), 'unavailable'],
    [answer(502, '<html>Bad Gateway</html>'), 'unavailable'],
    [answer(200, '{"code":"overloaded"}'), undefined],
  ])('an answer %#: %s', (given, reason) => expect(reasonOfAnswer(given)).toBe(reason));
});
