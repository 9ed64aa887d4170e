import { Problem } from '@facet/problem';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from './node-http.ts';

/** Time in which a client that was refused can read why; then it is cut, for it may never hang up by itself. */
const goodbyeMs = 2000;

/** Clients that have been told already: what they still send fails to parse again. */
const refused = new WeakSet<Socket>();

/**
 * Answers what never became a request; there is no response object for it.
 *
 * @param headersMaxBytes the limit that the answer names
 */
export function refuseClient(error: NodeJS.ErrnoException, socket: Socket, headersMaxBytes: number): void {
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
    return new Problem('headers-too-large', `The head of the request is larger than ${headersMaxBytes} bytes, the limit here (HEADERS_MAX_BYTES).`);
  return new Problem('malformed-request');
}
