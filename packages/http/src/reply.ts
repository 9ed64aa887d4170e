import type { Problem } from '@facet/problem';
import type { ServerResponse } from 'node:http';
import { isStillSending, linger } from './linger.ts';

/** What a handler hands back; one place writes it. */
export interface Reply {
  readonly status?: number;
  /** An object becomes JSON; text and bytes go out as they are, with their `type`. */
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Writes a reply; headers that were set before are kept. */
export function sendReply(response: ServerResponse, { status = 200, body, type, headers }: Reply): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const payload = raw ? body : JSON.stringify(body);
  response.statusCode = status;
  if (headers) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // An answer that is passed on keeps the type that it came with.
  if (type !== undefined || headers?.['content-type'] === undefined)
    response.setHeader('content-type', type ?? (raw ? 'text/plain; charset=utf-8' : 'application/json'));
  response.setHeader('content-length', Buffer.byteLength(payload));
  if (!isStillSending(response.req)) response.end(payload);
  else {
    response.write(payload);
    linger(response.req, () => response.end());
  }
}

export function sendProblem(response: ServerResponse, problem: Problem, requestId: string): void {
  sendReply(response, { status: problem.status, body: problem.toBody(requestId), type: 'application/problem+json', headers: problem.headers });
}
