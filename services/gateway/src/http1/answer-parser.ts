import { checkTrailer, maxHeaders, parseHead, type AnswerHead } from './answer-head.ts';

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The largest answer that is held; pages and their scripts are the largest that there are. */
export const maxBodyBytes = 64 * 1024 ** 2;
/** Of a head, of a line between chunks, and of a trailer section. */
const maxHeadBytes = 16 * 1024;
/** Heads that only announce another one, for one answer. */
export const maxInterim = 8;

/** With extensions that are names, or names and plain values; those in quotation marks nothing sends. */
const chunkSize = /^([0-9a-f]{1,8})(?:;[\w!#$%&'*+.^`|~-]+(?:=[\w!#$%&'*+.^`|~-]+)?)*\r\n$/i;
const headEnd = Buffer.from('\r\n\r\n');
const noBytes = Buffer.alloc(0);

/** What ends a body: so many bytes, an empty chunk, or the connection. */
type Framing = 'length' | 'chunks' | 'close';

/**
 * Reads the answers of one connection, one at a time (RFC 9112). Nothing is handed on before an answer is whole, so that an attempt which
 * breaks off can be made again.
 *
 * Strict: what two readers could understand in two ways is an error, for the next answer would begin at a wrong place.
 */
export class AnswerParser {
  #isHead = false;
  #head: AnswerHead | undefined;
  #framing: Framing = 'length';
  /** Bytes of the head so far; of a body, its parts. */
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #missing = 0;
  #line = '';
  #interim = 0;
  #trailers = 0;
  #trailerBytes = 0;
  #expected: 'size' | 'end of chunk' | 'trailer' = 'size';

  /** Of the last answer. */
  get keepAliveMs(): number | undefined {
    const head = this.#head;
    // Where nothing says how long the body would have been, only the end of the connection could.
    const isEndless = this.#isHead && head && head.status !== 204 && head.status !== 304 && head.contentLength === undefined && !head.isChunked;
    return isEndless ? 0 : head?.keepAliveMs;
  }

  /** The next answer is to this kind of request: one to HEAD has no body, whatever it says. */
  begin(method: string): void {
    this.#isHead = method === 'HEAD';
    this.#head = undefined;
    this.#interim = 0;
    this.#trailers = 0;
    this.#trailerBytes = 0;
    this.#clear();
  }

  /**
   * @param part what came; valid only during the call
   * @returns the answer, once it is whole
   * @throws {Error} when it is no answer, is too large, or more came than the answer
   */
  read(part: Buffer): UpstreamAnswer | undefined {
    let rest = part;
    while (!this.#head) {
      const bytes = this.#parts.length === 0 ? rest : Buffer.concat([...this.#parts, rest]);
      const end = bytes.indexOf(headEnd);
      if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) throw new Error(`the head of the response is larger than ${maxHeadBytes} bytes`);
      if (end < 0) {
        this.#parts = [Buffer.from(bytes)];
        return undefined;
      }
      this.#clear();
      rest = bytes.subarray(end + headEnd.length);
      const head = parseHead(bytes.toString('latin1', 0, end));
      // Those are followed by another one.
      if (head.status === 101) throw new Error('the response switches protocols without a request for it');
      if (head.status < 200) this.#interim += 1;
      if (head.status < 200 && head.keepAliveMs === 0) throw new Error('the response is announced on a connection that is to close');
      if (this.#interim > maxInterim) throw new Error(`the response is announced more than ${maxInterim} times`);
      if (head.status >= 200) this.#beginBody(head);
      else if (rest.length === 0) return undefined;
    }
    return this.#framing === 'chunks' ? this.#readChunks(rest) : this.#readPlain(rest);
  }

  /** The connection has ended: the answer, where that is how its end is told. */
  end(): UpstreamAnswer | undefined {
    return this.#head && this.#framing === 'close' ? this.#whole() : undefined;
  }

  #clear(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#line = '';
    this.#expected = 'size';
    this.#missing = 0;
  }

  #beginBody(head: AnswerHead): void {
    this.#head = head;
    const { status, contentLength, isChunked } = head;
    const isBare = this.#isHead || status === 204 || status === 304;
    this.#framing = isBare || contentLength !== undefined ? 'length' : isChunked ? 'chunks' : 'close';
    if (this.#framing === 'length') this.#missing = isBare ? 0 : contentLength!;
    if (this.#missing > maxBodyBytes) throw tooLarge();
  }

  #readPlain(part: Buffer): UpstreamAnswer | undefined {
    const untilClose = this.#framing === 'close';
    if (!untilClose && part.length > this.#missing) throw new Error('the response has surplus bytes');
    this.#keep(part);
    if (untilClose) return undefined;
    this.#missing -= part.length;
    return this.#missing === 0 ? this.#whole() : undefined;
  }

  #readChunks(part: Buffer): UpstreamAnswer | undefined {
    let rest = part;
    while (rest.length > 0) {
      if (this.#missing > 0) {
        const data = rest.subarray(0, this.#missing);
        this.#keep(data);
        this.#missing -= data.length;
        rest = rest.subarray(data.length);
        continue;
      }
      const end = rest.indexOf(10);
      const piece = end < 0 ? rest : rest.subarray(0, end + 1);
      this.#line += piece.toString('latin1');
      if (this.#line.length > maxHeadBytes) throw new Error('a line between the chunks of the response is too long');
      rest = rest.subarray(piece.length);
      if (end < 0 || !this.#endsWith(this.#line)) continue;
      if (rest.length > 0) throw new Error('the response has surplus bytes');
      return this.#whole();
    }
    return undefined;
  }

  /** Takes a line between chunks; true when it was the last of all. */
  #endsWith(line: string): boolean {
    this.#line = '';
    if (!line.endsWith('\r\n')) throw new Error('a line between the chunks of the response has no proper end');
    if (this.#expected === 'trailer') return line.length === 2 || this.#takeTrailer(line);
    if (this.#expected === 'end of chunk') {
      if (line.length > 2) throw new Error('a chunk of the response is longer than it says');
      this.#expected = 'size';
      return false;
    }
    const size = chunkSize.exec(line)?.[1];
    if (size === undefined) throw new Error('a chunk of the response has no size');
    this.#missing = Number.parseInt(size, 16);
    this.#expected = this.#missing > 0 ? 'end of chunk' : 'trailer';
    return false;
  }

  /** False: another line follows. */
  #takeTrailer(line: string): false {
    this.#trailers += 1;
    this.#trailerBytes += line.length;
    if (this.#trailers > maxHeaders || this.#trailerBytes > maxHeadBytes) throw new Error('the trailers of the response are too many or too long');
    checkTrailer(line.slice(0, -2));
    return false;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > maxBodyBytes) throw tooLarge();
    this.#parts.push(Buffer.from(part));
  }

  #whole(): UpstreamAnswer {
    const body = this.#parts.length === 0 ? noBytes : this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#bytes);
    const { status, headers } = this.#head!;
    return { status, headers, body };
  }
}

export function tooLarge(): Error {
  return new Error(`the response is larger than ${maxBodyBytes} bytes`);
}
