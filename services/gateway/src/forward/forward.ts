import { readBody, type Reply, type RequestContext } from '@facet/http';
import { formatTraceparent } from '@facet/telemetry';
import type { PredictionCache } from '../cache/prediction-cache.ts';
import type { Service, ServiceRoute } from '../route/service.ts';
import type { UpstreamAnswer } from './answer-collector.ts';

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

/** What is asked for twice without harm: reading, and predicting. */
function isRepeatable(method: string, path: string): boolean {
  return method === 'GET' || method === 'HEAD' || /\/(?:predict|infer)(?:\?|$)/.test(path);
}

/**
 * Sends a request on and its answer back, unchanged but for what belongs to the connection.
 *
 * A service whose pods of one version are all gone is asked for another, where the caller did not insist.
 */
export async function forward(context: RequestContext, service: Service, bodyMaxBytes: number, cache?: PredictionCache): Promise<Reply> {
  const { request, trace, clock, notes } = context;
  const url = request.url ?? '/';
  const wish = { forced: context.forcedVersion, user: context.user };
  let route = service.route(url, wish);
  notes['version'] = route.version;
  const method = request.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : (context.bytes ??= await readBody(request, bodyMaxBytes));
  clock.mark('receive');
  const sentAt = performance.now();
  const send = ({ upstream, path, headers }: ServiceRoute): Promise<UpstreamAnswer> =>
    upstream.ask({
      method,
      path,
      headers: {
        ...passedOn(request.headers),
        ...headers,
        'x-request-id': context.id,
        traceparent: formatTraceparent(trace),
        'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
      },
      body,
      deadlineAt: context.deadlineAt,
      isRepeatable: isRepeatable(method, path),
      onCancel: (callback) => context.onCancel(callback),
    });
  const ask = (to: ServiceRoute): Promise<UpstreamAnswer> => (cache ? cache.through(context, service.task, to, body, () => send(to)) : send(to));
  let answer: UpstreamAnswer;
  try {
    answer = await ask(route);
  } catch (error) {
    const detour = context.cancelled ? undefined : service.detour(url, wish, route);
    if (!detour) throw error;
    route = detour;
    notes['version'] = route.version;
    answer = await ask(route);
  }
  clock.mark('forward');
  notes['upstreamMs'] = Math.round((performance.now() - sentAt) * 1000) / 1000;
  return { status: answer.status, body: answer.body, headers: passedOn(answer.headers) };
}
