import { oipStatus } from '@facet/contracts';
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

/** Both values of a `Vary` header, each name once. */
export function mergeVary(one: string | string[] | undefined, other: string | string[] | undefined): string | undefined {
  const names = [one, other].flat().flatMap((value) => (value === undefined ? [] : value.toLowerCase().split(/, */)));
  return names.length === 0 ? undefined : [...new Set(names)].join(', ');
}

/** Larger answers are not worth copying. */
const maxJoinedBytes = 64 * 1024;

/**
 * Writes a reply; headers that were set on the response before are kept.
 *
 * @param fixed names and values of headers that every answer has, in turn; the reply's own win
 */
export function sendReply(response: ServerResponse, { status = 200, body, type, headers }: Reply, fixed: readonly string[] = []): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const payload = raw ? body : JSON.stringify(body);
  const length = Buffer.byteLength(payload);
  // In one list, for setting them one by one costs several times as much.
  const head: (string | string[])[] = [];
  let vary = response.getHeader('vary') as string | string[] | undefined;
  for (let at = 0; at < fixed.length; at += 2) {
    if (fixed[at] === 'vary') vary = mergeVary(vary, fixed[at + 1]);
    else if (headers?.[fixed[at]!] === undefined) head.push(fixed[at]!, fixed[at + 1]!);
  }
  let isTyped = false;
  for (const name in headers) {
    const value = headers[name]!;
    // An answer that is passed on keeps the type that it came with.
    if (name === 'content-type') {
      isTyped = true;
      head.push(name, type ?? value);
    } else if (name === 'vary') vary = mergeVary(vary, value);
    else if (name !== 'content-length') head.push(name, value);
  }
  if (vary !== undefined) head.push('vary', vary);
  if (!isTyped) head.push('content-type', type ?? (raw ? 'text/plain; charset=utf-8' : 'application/json'));
  // What answers HEAD without a body knows the length that GET has, or leaves it out.
  const isBodiless = length === 0 && response.req.method === 'HEAD';
  if (!isBodiless) head.push('content-length', String(length));
  else if (headers?.['content-length'] !== undefined) head.push('content-length', headers['content-length']);
  response.writeHead(status, head);
  if (isStillSending(response.req)) {
    response.write(payload);
    linger(response.req, () => response.end());
  } else if (length <= maxJoinedBytes && (Buffer.isBuffer(payload) || length === payload.length)) {
    // Text that is ASCII, and bytes taken for Latin-1, go out in one piece with the headers; else they take a second buffer.
    response.end(Buffer.isBuffer(payload) ? payload.toString('latin1') : payload, 'latin1');
  } else response.end(payload);
}

/** Writes a problem in the form that its readers know: that of the Open Inference Protocol, or RFC 9457's. */
export function sendProblem(response: ServerResponse, problem: Problem, requestId: string, isOip: boolean, fixed: readonly string[] = []): void {
  if (isOip) {
    sendReply(response, { status: oipStatus(problem.status), body: { error: problem.message }, headers: problem.headers }, fixed);
    return;
  }
  sendReply(response, { status: problem.status, body: problem.toBody(requestId), type: 'application/problem+json', headers: problem.headers }, fixed);
}
