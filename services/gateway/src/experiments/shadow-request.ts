import { shadowHeader, type RequestContext } from '@facet/http';
import type { UpstreamRequest } from '../forward/endpoint.ts';

/** Headers of a client that say what it sent and how it is to be answered. */
const passedOn = ['content-type', 'content-encoding', 'accept'] as const;

/** Longest wait for a shadow's answer; nobody else waits for it. */
const timeoutMs = 10_000;

/** A client's prediction, asked of another version. */
export function shadowRequest(context: RequestContext, version: string): UpstreamRequest {
  const { request, bytes = null, id } = context;
  const at = request.url?.indexOf('?') ?? -1;
  const headers = passedOn.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    method: 'POST',
    path: `/${version}/predict${at < 0 ? '' : request.url!.slice(at)}`,
    headers: { ...Object.fromEntries(headers), 'x-request-id': `${id.slice(0, 120)}.shadow`, [shadowHeader]: version },
    body: bytes,
    deadlineAt: performance.now() + timeoutMs,
    isRepeatable: false,
    mayHedge: false,
    caller: 'shadow',
    onCancel: (callback) => setTimeout(callback, timeoutMs).unref(),
  };
}
