import type { Reply } from '@facet/http';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';

/** Smaller answers fit a packet or two anyway. */
const minBytes = 1024;

const encoders = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** The encoding of ours that an `Accept-Encoding` header likes best; gzip when it likes both alike. */
export function acceptedEncoding(header: string | undefined): keyof typeof encoders | undefined {
  let [best, bestQuality]: [keyof typeof encoders | undefined, number] = [undefined, 0];
  const liked = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((text) => text.startsWith('q='));
      return [name, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
    }),
  );
  for (const name of Object.keys(encoders) as (keyof typeof encoders)[]) {
    const quality = liked.get(name) ?? liked.get('*') ?? 0;
    if (quality > bestQuality) [best, bestQuality] = [name, quality];
  }
  return best;
}

/** Compresses an answer when the client takes that and it is worth it; off the event loop. */
export async function compress(reply: Reply & { body: Buffer }, accepts: string | undefined): Promise<Reply> {
  const encoding = acceptedEncoding(accepts);
  if (encoding === undefined || reply.body.length < minBytes) return reply;
  const body = await encoders[encoding](reply.body, { level: 1 });
  return { ...reply, body, headers: { ...reply.headers, 'content-encoding': encoding, vary: 'accept-encoding' } };
}
