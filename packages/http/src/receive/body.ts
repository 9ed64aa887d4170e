import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a whole body into one buffer.
 *
 * @param alignAt offset in the body that is to lie on a multiple of 8 bytes in memory, so that numbers there can be viewed in place
 * @throws {Problem} `body-too-large` as soon as the declared or the real size is over the limit, `malformed-request` when it breaks off
 */
export function readBody(request: IncomingMessage, maxBytes: number, alignAt = 0): Promise<Buffer> {
  const tooLarge = () => new Problem('body-too-large', `The body is larger than ${maxBytes} bytes, the limit here.`);
  if (Number(request.headers['content-length']) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        request.off('data', onData).pause();
        reject(tooLarge());
      }
    };
    request.on('data', onData);
    request.once('end', () => resolve(join(chunks, length, alignAt)));
    request.once('error', (cause) => reject(new Problem('malformed-request', 'The body ended before its declared length.', { cause })));
  });
}

/** Chunks in one piece; they are copied once at most. */
function join(chunks: readonly Buffer[], length: number, alignAt: number): Buffer {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined && (alignAt === 0 || (only.byteOffset + alignAt) % 8 === 0)) return only;
  const padding = (8 - (alignAt % 8)) % 8;
  const joined = Buffer.from(new ArrayBuffer(padding + length), padding, length);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(joined, at);
  return joined;
}
