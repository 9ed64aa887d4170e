import { catalogue, Problem, type ProblemCode } from '@facet/problem';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

interface UpstreamTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxMessageBytes: number;
  /** Cuts the connection when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** What a service may say in a problem; more is no problem of ours. */
const maxProblemBytes = 64 * 1024;

/**
 * Opens a WebSocket to a service.
 *
 * @returns the connection, paused
 * @throws {Problem} the service's own when it refuses, else `upstream-unavailable`
 */
export function connectUpstream({ url, headers, timeoutMs, maxMessageBytes, signal }: UpstreamTarget): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers, handshakeTimeout: timeoutMs, maxPayload: maxMessageBytes, perMessageDeflate: false });
    signal.addEventListener('abort', () => socket.terminate());
    const unavailable = (cause: unknown): void =>
      reject(new Problem('upstream-unavailable', undefined, { retryAfterSeconds: 1, cause: `${url.origin}: ${String(cause)}` }));
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.once('unexpected-response', (_request, response) => void problemOf(response).then(reject, unavailable));
    socket.on('error', unavailable);
  });
}

async function problemOf(response: IncomingMessage): Promise<Problem> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxProblemBytes) throw new Error('the refusal is too long');
    chunks.push(chunk);
  }
  const { code, detail } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code?: string; detail?: string };
  if (code === undefined || !Object.hasOwn(catalogue, code)) throw new Error(`status ${response.statusCode}`);
  const retryAfter = Number(response.headers['retry-after']);
  return new Problem(code as ProblemCode, detail, retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {});
}
