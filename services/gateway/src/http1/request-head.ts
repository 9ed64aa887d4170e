import type { WireRequest } from './exchange.ts';

/** Characters that a header's value, or a path, must not have: they would end it, and begin something else. */
const unfitForValue = /[^\t\x20-\x7e\x80-\xff]/;
const unfitForPath = /[^\x21-\x7e\x80-\xff]/;
const withoutBody = new Set(['GET', 'HEAD']);

/**
 * A request up to its body, each character a byte.
 *
 * @throws {TypeError} when a header or the path has characters that it cannot have
 */
export function requestHead(host: string, { method, path, headers, body }: WireRequest): string {
  if (path.charCodeAt(0) !== 0x2f) throw new TypeError('the path is not in origin form');
  if (unfitForPath.test(path)) throw new TypeError('the path has characters that no path has');
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in headers) {
    const value = headers[name]!;
    if (typeof value === 'string') text += line(name, value);
    else for (const one of value) text += line(name, one);
  }
  if (body !== null || !withoutBody.has(method)) text += `content-length: ${body?.length ?? 0}\r\n`;
  return `${text}\r\n`;
}

function line(name: string, value: string): string {
  if (unfitForValue.test(value)) throw new TypeError(`the header ${name} has characters that no header has`);
  return `${name}: ${value}\r\n`;
}
