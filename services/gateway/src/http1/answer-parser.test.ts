import { AnswerParser, type UpstreamAnswer } from './answer-parser.ts';

/** Reads what came in pieces of so many bytes; then the connection ends. */
function read(text: string, pieceBytes: number, method = 'POST'): UpstreamAnswer | undefined {
  const parser = new AnswerParser();
  parser.begin(method);
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    // As on a connection: the next piece comes into the same memory.
    const piece = Buffer.from(bytes.subarray(at, at + pieceBytes));
    const answer = parser.read(piece);
    piece.fill(0);
    if (answer) {
      expect(at + pieceBytes).toBeGreaterThanOrEqual(bytes.length);
      return answer;
    }
  }
  return parser.end();
}

const sizes = [1, 2, 3, 7, 1000];
const plain = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 7\r\n\r\n{"a":1}';

describe.each(sizes)('an answer in pieces of %i bytes', (size) => {
  it('with a length', () => {
    const answer = read(plain, size);
    expect(answer?.status).toBe(200);
    expect(answer?.body.toString()).toBe('{"a":1}');
    expect(answer?.headers).toEqual({ 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], 'content-length': '7' });
  });

  it('in chunks, with an extension and a trailer', () => {
    const answer = read('HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n\r\n34567890\r\n0\r\nx-late: 1\r\n\r\n', size);
    expect(answer?.body.toString()).toBe('abc\r\n34567890');
  });

  it('that ends with the connection', () => {
    expect(read('HTTP/1.0 502 Bad Gateway\r\n\r\nno upstream', size)?.body.toString()).toBe('no upstream');
  });

  it('after others that only announce it', () => {
    expect(read(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${plain}`, size)?.body.toString()).toBe('{"a":1}');
  });

  it.each([
    ['HTTP/1.1 204 No Content\r\n\r\n', 'POST', 204],
    ['HTTP/1.1 304 Not Modified\r\ncontent-length: 100\r\n\r\n', 'GET', 304],
    ['HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n', 'HEAD', 200],
    ['HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', 'POST', 200],
  ])('without a body: %j to %s', (text, method, status) => {
    const answer = read(text, size, method);
    expect(answer?.status).toBe(status);
    expect(answer?.body).toHaveLength(0);
  });

  it.each([
    ['no status line', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: +3\r\n\r\nabc'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
    ['a folded header', 'HTTP/1.1 200 OK\r\nx-a: 1\r\n b\r\ncontent-length: 0\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: 1\r\n\r\n'],
    ['a no-break space beside a length', 'HTTP/1.1 200 OK\r\ncontent-length: \xa03\r\n\r\nabc'],
    ['a vertical tab beside a coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n'],
    ['a zero byte in a header', 'HTTP/1.1 200 OK\r\nx-a: a\0b\r\ncontent-length: 0\r\n\r\n'],
    ['half a line end in a header', 'HTTP/1.1 200 OK\r\nx-a: b\rcontent-length: 3\r\n\r\n'],
    ['the other half of a line end in a header', 'HTTP/1.1 200 OK\r\nx-a: b\ncontent-length: 3\r\n\r\n'],
    ['a trailer that is no header', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx y: 1\r\n\r\n'],
    ['a trailer with a control character', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: \x01\r\n\r\n'],
    ['a trailer that is a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\ncontent-length: 3\r\n\r\n'],
    ['a chunk size with a blank', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 3\r\n\r\nabc'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n'],
    ['lines that end otherwise', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\nabc\n0\n\n'],
    ['a body that is too large', `HTTP/1.1 200 OK\r\ncontent-length: ${65 * 1024 ** 2}\r\n\r\n`],
    ['chunks that are too large', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffff\r\n'],
  ])('is refused for %s', (_, text) => expect(() => read(text, size)).toThrow());

  it.each([
    'HTTP/1.1 200 OK\r\ncontent-le',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n',
  ])('is none when it breaks off: %j', (text) => expect(read(text, size)).toBeUndefined());
});

describe('an answer', () => {
  it('with more behind it is refused: whose would that be?', () => {
    expect(() => read(`${plain}HTTP/1.1 200 OK\r\n`, 1000)).toThrow('surplus bytes');
    expect(() => read('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nmore', 1000)).toThrow('surplus bytes');
  });

  it('has a head of bounded size', () => {
    expect(() => read(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(70_000)}`, 1000)).toThrow('larger than');
  });

  it.each([
    ['headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(257)}content-length: 0\r\n\r\n`],
    ['trailers', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(257)}\r\n`],
    ['bytes of trailers', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${`a: ${'b'.repeat(200)}\r\n`.repeat(100)}\r\n`],
    ['announcements', `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)}${plain}`],
  ])('has a bounded number of %s', (_what, text) => expect(() => read(text, 1000)).toThrow(/more than|too many/));

  it('has values without the blanks and tabs around them, and with all else', () => {
    const answer = read('HTTP/1.1 200 OK\r\nx-a: \t\xa0a\xa0 \t\r\ncontent-length:\t0 \r\n\r\n', 1000);
    expect(answer?.headers['x-a']).toBe('\xa0a\xa0');
  });

  it('has headers that mean nothing to JavaScript', () => {
    const answer = read('HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\ncontent-length: 0\r\n\r\n', 1000);
    expect(answer?.headers['constructor']).toBe('b');
    expect(Object.getPrototypeOf(answer?.headers)).toBe(Object.prototype);
  });

  it.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', undefined],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5, max=100\r\n\r\n', 5000],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: Close\r\n\r\n', 0],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: x, close\r\n\r\n', 0],
    ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: not-close, close-x\r\n\r\n', undefined],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', 0],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n', undefined],
  ])('says how long its connection stays: %j', (text, keepAliveMs) => {
    const parser = new AnswerParser();
    parser.begin('POST');
    expect(parser.read(Buffer.from(text))?.status).toBe(200);
    expect(parser.keepAliveMs).toBe(keepAliveMs);
  });

  it('leaves nothing behind for the next on its connection', () => {
    const parser = new AnswerParser();
    for (const text of [plain, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n', plain]) {
      parser.begin('POST');
      expect(parser.read(Buffer.from(text))?.body.toString()).toBe('{"a":1}');
    }
  });
});
