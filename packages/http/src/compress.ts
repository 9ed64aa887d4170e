import { mergeVary, type Reply } from './reply.ts';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';

/** Smaller answers fit a packet or two anyway. */
const minBytes = 1024;

const encoders = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** The encoding of ours that an `Accept-Encoding` header likes best; gzip when it likes both alike. */
export function acceptedEncoding(
  header: string | undefined,
  offered = Object.keys(encoders) as readonly (keyof typeof encoders)[],
): keyof typeof encoders | undefined {
  let [best, bestQuality]: [keyof typeof encoders | undefined, number] = [undefined, 0];
  const liked = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((text) => text.startsWith('q='));
      return [name, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
    }),
  );
  for (const name of offered) {
    const quality = liked.get(name) ?? liked.get('*') ?? 0;
    if (quality > bestQuality) [best, bestQuality] = [name, quality];
  }
  return best;
}

/**
 * Compresses an answer of bytes or text when the client takes that and it is worth it; off the event loop.
 *
 * @param accepts the request's `Accept-Encoding`
 */
export async function compress(reply: Reply & { body: Buffer | string }, accepts: string | undefined): Promise<Reply> {
  const varied = { ...reply, headers: { ...reply.headers, vary: mergeVary(reply.headers?.['vary'], 'accept-encoding')! } };
  const encoding = acceptedEncoding(accepts);
  if (encoding === undefined || Buffer.byteLength(reply.body) < minBytes) return varied;
  const body = await encoders[encoding](reply.body, { level: 1 });
  return { ...varied, body, headers: { ...varied.headers, 'content-encoding': encoding } };
}
