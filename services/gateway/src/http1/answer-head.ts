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
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * @param text all up to the empty line, that excluded, each byte a character
 * @throws {Error} when it is no head, or says two things of where its body ends
 */
export function parseHead(text: string): AnswerHead {
  let end = text.indexOf('\r\n');
  if (end < 0) end = text.length;
  const [, minor, status] = statusLine.exec(text.slice(0, end)) ?? [];
  if (status === undefined) throw new Error('the answer begins with no status line of HTTP/1');
  const headers: Record<string, string | string[]> = {};
  for (let at = end + 2; at < text.length; at = end + 2) {
    end = text.indexOf('\r\n', at);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', at);
    const name = colon < 0 || colon > end ? '' : text.slice(at, colon).toLowerCase();
    if (!headerName.test(name)) throw new Error('the answer has a header that is none');
    const value = text.slice(colon + 1, end).trim();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = known === undefined ? value : [known, value].flat();
  }
  return { status: Number(status), headers, ...framingOf(headers), keepAliveMs: keepAliveOf(headers, minor === '1') };
}

function framingOf(headers: AnswerHead['headers']): Pick<AnswerHead, 'contentLength' | 'isChunked'> {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) {
    if (length !== undefined || String(coding).toLowerCase() !== 'chunked')
      throw new Error('the answer says in two ways where it ends, or in none that is known');
    return { contentLength: undefined, isChunked: true };
  }
  if (length === undefined) return { contentLength: undefined, isChunked: false };
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) throw new Error('the length of the answer is no number');
  return { contentLength: Number(length), isChunked: false };
}

function keepAliveOf({ connection, 'keep-alive': keepAlive }: AnswerHead['headers'], isPersistent: boolean): number | undefined {
  if (connection !== undefined && /\bclose\b/i.test(String(connection))) return 0;
  if (!isPersistent && !/\bkeep-alive\b/i.test(String(connection))) return 0;
  const seconds = keepAlive === undefined ? undefined : /\btimeout=(\d{1,9})\b/i.exec(String(keepAlive))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
