import { readBody, type Reply, type RequestContext } from '@facet/http';
import { formatTraceparent } from '@facet/telemetry';
import type { Route } from '../route/resolve-route.ts';
import type { Upstream } from './upstream.ts';

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that are set anew. */
const notForwarded = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'x-request-id',
  'x-request-timeout-ms',
  'traceparent',
]);

type Headers = Record<string, string | string[]>;

function passedOn(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const kept: Headers = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && !notForwarded.has(name)) kept[name] = value;
  return kept;
}

/**
 * Sends a request on and its answer back, unchanged but for what belongs to the connection.
 *
 * What is left of the deadline goes along, so that the service drops what nobody waits for.
 */
export async function forward(context: RequestContext, upstream: Upstream, route: Route, bodyMaxBytes: number): Promise<Reply> {
  const { request, trace, clock, notes } = context;
  const method = request.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : await readBody(request, bodyMaxBytes);
  clock.mark('receive');
  const sentAt = performance.now();
  const answer = await upstream.ask({
    method,
    path: route.path,
    headers: {
      ...passedOn(request.headers),
      ...route.headers,
      'x-request-id': context.id,
      'x-request-timeout-ms': String(Math.max(1, Math.floor(context.remainingMs))),
      traceparent: formatTraceparent(trace),
      'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
    },
    body,
    onCancel: (callback) => context.onCancel(callback),
  });
  notes['upstreamMs'] = Math.round((performance.now() - sentAt) * 1000) / 1000;
  return { status: answer.status, body: answer.body, headers: passedOn(answer.headers) };
}
