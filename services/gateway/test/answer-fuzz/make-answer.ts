/** A random number from 0 up to 1. */
export type Random = () => number;

export interface Case {
  readonly method: 'GET' | 'HEAD';
  /** What comes over the connection, piece by piece; then it ends. */
  readonly pieces: readonly Buffer[];
}

const controls = ['\0', '\x01', '\x0b', '\x0c', '\x1f', '\x7f', '\x85', '\xa0', '\xff', '\r', '\n', '\t', ' '];
const statuses = ['200 OK', '200', '201 Created', '204 No Content', '206 Partial', '304 Not Modified', '404 Not Found', '429 ', '503 Service Unavailable'];
const oddStatuses = ['100 Continue', '101 Switching Protocols', '199 x', '99 x', '600 x', '2000 x', '20 x', '200\tOK', '200 \xe9', '+200 OK', ' 200 OK'];
const oddVersions = ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.10', 'HTTP/01.1', 'ICY', ' HTTP/1.1', ''];
const headers = [
  'Content-Type: application/json',
  'X-Model: digit/v1',
  'x-a: 1',
  'X-A: 2',
  'Set-Cookie: a=1',
  'Date: now',
  'ETag: "x"',
  'X-Empty:',
  'X-Tab:\ta\t',
  'X-High: \xe9',
];
const connectionHeaders = ['Connection: close', 'Connection: keep-alive', 'Connection: x, Close', 'Connection: not-close', 'Keep-Alive: timeout=5'];
const oddHeaders = [
  'Upgrade: h2c',
  'X A: b',
  'X-A : b',
  ' X-A: b',
  ': b',
  'X-A',
  'X-A: b\r\n folded',
  '__proto__: x',
  'constructor: x',
  'Proxy-Connection: close',
  'Trailer: x',
];
const bodies = ['', 'hello', '{"a":1}', 'y'.repeat(300), 'HTTP/1.1 200 OK\r\n\r\n', '0\r\n\r\n', '\r\n'];
const lineEnds = ['\n', '\r', '\r\r\n', ' \r\n', '\r\n ', ''];
const trailers = ['X-T: 1', 'X-U:', 'X T: 1', 'X-T', ' folded', 'Content-Length: 5', 'Transfer-Encoding: chunked', 'X-T: \x01', 'X-T : 1'];

/** Makes answers that are right, and others that are wrong in one place or several; a seed makes the same ones again. */
export class AnswerMaker {
  readonly #random: Random;
  /** Chance that a choice is an odd one, in this case. */
  #oddity = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  make(): Case {
    this.#oddity = this.#pick([0, 0.02, 0.1, 0.3]);
    const interim =
      this.#random() < 0.08
        ? `HTTP/1.1 ${this.#pick(['100 Continue', '103 Early Hints'])}${this.#end()}${this.#isOdd() ? `Link: x${this.#end()}` : ''}${this.#end()}`
        : '';
    const { lines, body } = this.#framed(this.#pick(bodies));
    const version = this.#isOdd() ? this.#pick(oddVersions) : 'HTTP/1.1';
    const head = [`${version} ${this.#isOdd() ? this.#pick(oddStatuses) : this.#pick(statuses)}`, ...this.#shuffled([...this.#someHeaders(), ...lines])];
    const behind = this.#random() < this.#oddity / 3 ? this.#pick(['x', '\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n']) : '';
    const text = `${interim}${head.map((line) => line + this.#end()).join('')}${this.#end()}${body}${behind}`;
    return { method: this.#random() < 0.1 ? 'HEAD' : 'GET', pieces: this.#pieces(this.#damaged(Buffer.from(text, 'latin1'))) };
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  #isOdd(): boolean {
    return this.#random() < this.#oddity;
  }

  #end(): string {
    return this.#random() < this.#oddity / 8 ? this.#pick(lineEnds) : '\r\n';
  }

  #someHeaders(): string[] {
    const some = Array.from({ length: Math.floor(this.#random() * 4) }, () => (this.#isOdd() ? this.#pick(oddHeaders) : this.#pick(headers)));
    return this.#random() < 0.2 ? [...some, this.#pick(connectionHeaders)] : some;
  }

  /** A body, and the headers that say where it ends. */
  #framed(body: string): { lines: string[]; body: string } {
    const kind = this.#random();
    const length = `Content-Length:${this.#pick(['', ' ', '\t'])}${this.#odd(String(body.length))}`;
    const coding = `Transfer-Encoding: ${this.#odd(this.#pick(['chunked', 'Chunked']))}`;
    if (kind < 0.42) return { lines: [length], body };
    if (kind < 0.84) return { lines: [coding], body: this.#chunked(body) };
    if (kind < 0.88) return { lines: [length, coding], body: this.#chunked(body) };
    if (kind < 0.91) return { lines: [length, `Content-Length: ${body.length + Math.floor(this.#random() * 2)}`], body };
    return { lines: [], body };
  }

  /** A value, now and then with something about it that should not be. */
  #odd(value: string): string {
    if (!this.#isOdd()) return value;
    const control = this.#pick(controls);
    return this.#pick([
      `${value}${control}`,
      `${control}${value}`,
      `+${value}`,
      `-${value}`,
      `0${value}`,
      `0x${value}`,
      `${value},${value}`,
      `${value}, gzip`,
      `gzip, ${value}`,
      `${value};x`,
      `"${value}"`,
      '',
      `${value} ${value}`,
    ]);
  }

  #chunked(body: string): string {
    let text = '';
    for (let rest = body; rest.length > 0;) {
      const size = 1 + Math.floor(this.#random() * rest.length);
      const written =
        this.#odd(size.toString(16)) +
        (this.#random() < 0.05 ? this.#pick([';a', ';a=1', ' ;a="b c"', ';a="b"', ';\x01', ' ', ';', ';=', ';a=', ';\xe9', ';;', ';a;b=c']) : '');
      text += `${written}${this.#end()}${rest.slice(0, size)}${this.#end()}`;
      rest = rest.slice(size);
    }
    const trailer = this.#random() < 0.1 ? `${this.#isOdd() ? this.#pick(trailers) : this.#pick(trailers.slice(0, 2))}${this.#end()}` : '';
    return `${text}${this.#odd('0')}${this.#end()}${trailer}${this.#end()}`;
  }

  #shuffled<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }

  #damaged(bytes: Buffer): Buffer {
    if (!this.#isOdd() || bytes.length === 0) return bytes;
    const at = Math.floor(this.#random() * bytes.length);
    const how = this.#random();
    if (how < 0.2) return bytes.subarray(0, at);
    if (how < 0.4) return Buffer.concat([bytes.subarray(0, at), Buffer.from(this.#pick(controls), 'latin1'), bytes.subarray(at)]);
    if (how < 0.6) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    bytes[at] = how < 0.8 ? this.#pick(controls).charCodeAt(0) : Math.floor(this.#random() * 256);
    return bytes;
  }

  #pieces(bytes: Buffer): Buffer[] {
    const most = this.#pick([bytes.length, bytes.length, 1, 40]) || 1;
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = most === 40 ? 1 + Math.floor(this.#random() * most) : most;
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    return pieces;
  }
}
