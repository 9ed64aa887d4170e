import { acceptedEncoding } from '@facet/http';
import { continueTrace } from '@facet/telemetry';
import { expectLinearTime } from '@facet/testkit';
import type { IncomingMessage } from 'node:http';
import { clientAddress } from './admit/client-address.ts';
import { inputHash } from './cache/input-hash.ts';
import { passedOn } from './forward/passed-on.ts';
import { checkTrailer, parseHead } from './http1/answer-head.ts';
import { takeStreamCredential } from './identify/stream-credential.ts';

const repeated = (text: string, bytes: number): string => text.repeat(Math.ceil(bytes / text.length));

/** What is repeated in a header, a head or a body. */
const units = [',', ';', ' ', '\t', ', ', ';q=', '1', 'a,', '[', ']', '::', '"', '\\"', '-', '00-', 'facet.bearer.', '\xff'];

/** Readers of what a client or a service sends, each given a text. */
const readers: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['X-Forwarded-For', (text) => clientAddress({ headers: { 'x-forwarded-for': text }, socket: {} } as unknown as IncomingMessage, 2)],
  ['Connection', (text) => passedOn({ connection: text, 'content-type': 'image/png' })],
  ['Accept-Encoding', (text) => acceptedEncoding(text)],
  ['traceparent', (text) => continueTrace(text, text)],
  ['Sec-WebSocket-Protocol', (text) => takeStreamCredential({ 'sec-websocket-protocol': text })],
  ['the head of a response', (text) => parseHead(`HTTP/1.1 200 OK\r\na: ${text}`)],
  ['the lines of a head', (text) => parseHead(`HTTP/1.1 200 OK\r\n${text.replaceAll(' ', '\r\n')}`)],
  ['a trailer', (text) => checkTrailer(`a: ${text}`)],
];

describe('the time that reading takes is linear in what is sent:', () => {
  it.each(readers)('%s', async (_name, read) => {
    for (const unit of units) await expectLinearTime((n) => repeated(unit, n), read, { to: 256 * 1024 });
  });

  it.each(['\r\n--a', '\r\n--a--', '\r\n-', '--a"', '\r\n'])('the hash of a form of %j', async (unit) => {
    await expectLinearTime(
      (n) => Buffer.from(`--a\r\n\r\n${repeated(unit, n)}`),
      (body) => inputHash(['model'], '/v1/predict', { 'content-type': 'multipart/form-data; boundary=a' }, body),
      { to: 4 * 1024 ** 2 },
    );
  });

  it('a form of more parts than a service takes is hashed as it is', () => {
    const hash = (boundary: string) =>
      inputHash(
        ['model'],
        '/v1/predict',
        { 'content-type': `multipart/form-data; boundary=${boundary}` },
        Buffer.from(`--${boundary}\r\n\r\nx\r\n`.repeat(200_000)),
      );
    expect(hash('a')).toBe(hash('a'));
    expect(hash('a')).not.toBe(hash('b'));
  });
});
