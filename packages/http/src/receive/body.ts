import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a whole body into one buffer.
 *
 * @throws {Problem} `body-too-large` as soon as the declared or the real size is over the limit, `malformed-request` when it breaks off
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
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
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    request.once('error', (cause) => reject(new Problem('malformed-request', 'The body ended before its declared length.', { cause })));
  });
}
