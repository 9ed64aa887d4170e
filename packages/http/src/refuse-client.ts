import { Problem } from '@facet/problem';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from './node-http.ts';

/** Time in which a client that was refused can read why; then it is cut, for it may never hang up by itself. */
const goodbyeMs = 2000;

/** Clients that have been told already: what they still send fails to parse again. */
const refused = new WeakSet<Socket>();

interface Limits {
  /** The limit that the answer names. */
  readonly headersMaxBytes: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
}

/** Answers what never became a request; there is no response object for it. */
export function refuseClient(error: NodeJS.ErrnoException, socket: Socket, { headersMaxBytes, headersTimeoutMs, keepAliveMs }: Limits): void {
  // Nothing has come over it yet: browsers open connections ahead of requests, and a client that is short of CPU time is slow to send its
  // first. Refusing now would lose a request that may be on its way, so it is held for as long as any idle connection.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) {
    const giveUp = (): void => void (socket.bytesRead === 0 && socket.destroy());
    setTimeout(giveUp, Math.max(0, keepAliveMs - headersTimeoutMs)).unref();
    return;
  }
  // Cutting it now would reset the connection under the answer.
  if (refused.has(socket)) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  refused.add(socket);
  const problem = problemOf(error.code, headersMaxBytes);
  const body = JSON.stringify(problem.toBody(randomUUID()));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), goodbyeMs).unref();
}

function problemOf(code: string | undefined, headersMaxBytes: number): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request-timeout');
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem('headers-too-large', `The request headers exceed the limit of ${headersMaxBytes} bytes (HEADERS_MAX_BYTES).`);
  return new Problem('malformed-request');
}
