import { isDeepStrictEqual } from 'node:util';
import type { Reading } from './readers.ts';

/** The gateway drops a header of this name, for which an object has another use. */
const dropped = '__proto__';

/** How the gateway's reading differs from that of llhttp, in a few words; undefined where it does not. */
export function compareReadings(own: Reading, node: Reading): string | undefined {
  if (own.refused !== undefined) return node.refused === undefined ? `stricter: ${own.refused.replaceAll(/\d+/g, 'N')}` : undefined;
  if (node.refused !== undefined) return `laxer: ${node.refused}`;
  if (own.status !== node.status) return 'another status';
  if (own.body !== node.body) return 'another body';
  const { [dropped]: _, ...headers } = node.headers;
  if (!isDeepStrictEqual({ ...own.headers }, headers)) return 'other headers';
  return own.keeps && !node.keeps ? 'keeps the connection' : undefined;
}
