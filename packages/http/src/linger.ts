import type { IncomingMessage } from 'node:http';

/** Longest time and most bytes for which a body is read that nobody wants. */
const lingerMs = 5000;
const lingerBytes = 64 * 1024 ** 2;

/** True when the request announced a body that has not been read to its end. */
export function isStillSending({ headers, complete, destroyed }: IncomingMessage): boolean {
  return !complete && !destroyed && ((headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined);
}

/**
 * Reads on what a client still sends after it was answered, then calls back.
 *
 * Closing at once would reset the connection under the client, and lose it the answer.
 */
export function linger(request: IncomingMessage, done: () => void): void {
  let seen = 0;
  const timer = setTimeout(() => request.destroy(), lingerMs).unref();
  request.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > lingerBytes) request.destroy();
  });
  request.once('error', () => undefined);
  request.once('close', () => {
    clearTimeout(timer);
    done();
  });
  request.resume();
}
