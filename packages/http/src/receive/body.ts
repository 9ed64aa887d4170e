import { Problem } from '@facet/problem';
import type { IncomingMessage } from 'node:http';

/** Longest time and most bytes for which a refused body is still read, so that the client gets to see the answer. */
const lingerMs = 5000;
const lingerBytes = 64 * 1024 ** 2;

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', `The body is larger than ${maxBytes} bytes, the limit here.`);
}

/** Closing at once would reset the connection under a client that still sends, and lose it the answer. */
function linger(request: IncomingMessage): void {
  let seen = 0;
  const timer = setTimeout(() => request.destroy(), lingerMs).unref();
  request.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > lingerBytes) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

/**
 * Reads a whole body into one buffer.
 *
 * @throws {Problem} `body-too-large`, as soon as the declared or the real size is over the limit
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > maxBytes) {
    linger(request);
    return Promise.reject(tooLarge(maxBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) {
        request.off('data', onData);
        linger(request);
        reject(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    request.once('aborted', () => reject(new Problem('malformed-request', 'The body ended before its declared length.')));
    request.once('error', (cause) => reject(new Problem('malformed-request', 'The body could not be read.', { cause })));
  });
}
