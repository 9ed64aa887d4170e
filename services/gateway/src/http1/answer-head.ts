/** What the head of an answer says. */
export interface AnswerHead {
  readonly status: number;
  /** By name in small letters; several of one name in a list. */
  readonly headers: Record<string, string | string[]>;
  /** Undefined where the length is told in another way. */
  readonly contentLength: number | undefined;
  readonly isChunked: boolean;
  /** Milliseconds for which the connection stays open for another request; 0 when it does not, undefined where nothing is said. */
  readonly keepAliveMs: number | undefined;
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
/** Control characters, and halves of a line's end: another reader might end a line there. */
const unfitForHead = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|[^\r]\n/;
const unfitForTrailer = /[^\t\x20-\x7e\x80-\xff]/;
/** Lines of one head, or of one trailer section. */
export const maxHeaders = 256;
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * @param text all up to the empty line, that excluded, each byte a character
 * @throws {Error} when it is no head, or says two things of where its body ends
 */
export function parseHead(text: string): AnswerHead {
  if (unfitForHead.test(text)) throw new Error('the head of the response has control characters');
  let end = text.indexOf('\r\n');
  if (end < 0) end = text.length;
  const [, minor, status] = statusLine.exec(text.slice(0, end)) ?? [];
  if (status === undefined) throw new Error('the response begins with no status line of HTTP/1');
  const headers: Record<string, string | string[]> = {};
  let lines = 0;
  for (let at = end + 2; at < text.length; at = end + 2) {
    end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    lines += 1;
    if (lines > maxHeaders) throw new Error(`the response has more than ${maxHeaders} headers`);
    const colon = text.indexOf(':', at);
    const name = colon < 0 || colon > end ? '' : text.slice(at, colon).toLowerCase();
    if (!headerName.test(name)) throw new Error('the response has a header that is none');
    // llhttp takes a coding before a tab for an unknown one.
    if (name === 'transfer-encoding' && text.charCodeAt(end - 1) === 0x09) throw new Error('the coding of the response ends with a tab');
    const value = trimBlanks(text, colon + 1, end);
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = known === undefined ? value : [known, value].flat();
  }
  return { status: Number(status), headers, ...framingOf(headers), keepAliveMs: keepAliveOf(headers, minor === '1') };
}

/** Without blanks and tabs around it: `trim` would take more, such as the no-break space that a byte of it looks like. */
function trimBlanks(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x09;
}

/**
 * Checks a line of a trailer section, whose content is dropped.
 *
 * @throws {Error} when it is no header, or one that would say where the body ends
 */
export function checkTrailer(line: string): void {
  const name = line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
  if (!headerName.test(name) || unfitForTrailer.test(line)) throw new Error('the response has a trailer that is no header');
  if (name === 'content-length' || name === 'transfer-encoding') throw new Error('a trailer of the response says where its body ends');
}

function framingOf(headers: AnswerHead['headers']): Pick<AnswerHead, 'contentLength' | 'isChunked'> {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) {
    if (length !== undefined || String(coding).toLowerCase() !== 'chunked') throw new Error('the end of the response is ambiguous or unknown');
    return { contentLength: undefined, isChunked: true };
  }
  if (length === undefined) return { contentLength: undefined, isChunked: false };
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) throw new Error('the length of the response is no number');
  return { contentLength: Number(length), isChunked: false };
}

const closeOption = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const keepAliveOption = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

function keepAliveOf({ connection, 'proxy-connection': proxied, 'keep-alive': keepAlive }: AnswerHead['headers'], isPersistent: boolean): number | undefined {
  if (connection !== undefined && closeOption.test(String(connection))) return 0;
  if (proxied !== undefined && closeOption.test(String(proxied))) return 0;
  if (!isPersistent && !keepAliveOption.test(String(connection))) return 0;
  const seconds = keepAlive === undefined ? undefined : /\btimeout=(\d{1,9})\b/i.exec(String(keepAlive))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
