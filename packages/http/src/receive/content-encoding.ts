import { Problem } from '@facet/problem';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { bodyTooLarge, type BodySource } from './body-source.ts';

/** By content coding, in small letters. `deflate` is zlib's format (RFC 9110, section 8.4.1.2), whatever its name says. */
const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

export type BodyEncoding = keyof typeof decoders;

/**
 * The content coding of a body; undefined for none.
 *
 * @throws {Problem} `unsupported-content-type` for one that is not known, or for several
 */
export function encodingOf(header: string | undefined): BodyEncoding | undefined {
  if (header === undefined) return undefined;
  const name = header.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  if (Object.hasOwn(decoders, name)) return name as BodyEncoding;
  throw new Problem('unsupported-content-type', `The content encoding '${header.slice(0, 40)}' is not supported; use gzip, deflate, br or none.`, {
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
}

/**
 * Unpacks a body off the event loop, and no further than the limit and the budget allow: a small body may hold a huge one.
 *
 * @param maxBytes of the unpacked body
 * @throws {Problem} `body-too-large`, `overloaded`, `malformed-request`
 */
export function decodeBody(source: BodySource, encoding: BodyEncoding, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoder = decoders[encoding]();
    const chunks: Buffer[] = [];
    let length = 0;
    decoder.on('data', (chunk: Buffer) => {
      length += chunk.length;
      try {
        if (length > maxBytes) throw bodyTooLarge(maxBytes);
        source.budget.hold(source, chunk.length);
        chunks.push(chunk);
      } catch (error) {
        decoder.destroy(error as Problem);
      }
    });
    decoder.once('end', () => resolve(Buffer.concat(chunks, length)));
    decoder.once('error', (cause) =>
      reject(
        cause instanceof Problem ? cause : new Problem('malformed-request', `The body is not valid ${encoding}, the declared Content-Encoding.`, { cause }),
      ),
    );
    decoder.end(bytes);
  });
}
