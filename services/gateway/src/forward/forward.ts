import { readRawBody, type Reply, type RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import { formatTraceparent } from '@facet/telemetry';
import { clientAddress } from '../admit/client-address.ts';
import { countItems, mayBeBatch } from '../batch/count-items.ts';
import type { PredictionCache } from '../cache/prediction-cache.ts';
import { maxExposedPods } from './attempt.ts';
import type { BrownOut } from './brown-out.ts';
import type { Exposure } from './endpoint.ts';
import type { Service, ServiceRoute } from '../route/service.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { passedOn } from './passed-on.ts';

const predictions = /\/(?:predict|infer)(?:\?|$)/;

export interface ForwardOptions {
  readonly cache: PredictionCache | undefined;
  readonly brownOut: BrownOut;
  /** Proxies in front of the gateway, which name the client's address. */
  readonly trustedProxies: number;
}

/** One item was counted when the request was admitted. A request that is forwarded again, to another version, is counted once. */
async function chargeItems(context: RequestContext, charge: (items: number) => Promise<void>, body: Buffer, maxBytes: number): Promise<void> {
  context.charge = undefined;
  const items = await countItems(context.request.url ?? '/', context, body, maxBytes);
  if (items > 1) await charge(items - 1);
}

/** Who takes a share of a service's capacity: the caller who is known, or the client's address. */
function callerOf({ notes, request }: RequestContext, trustedProxies: number): string {
  const client = notes['client'];
  return typeof client === 'string' ? client : clientAddress(request, trustedProxies);
}

/**
 * Sends a request on and its answer back, unchanged but for what belongs to the connection.
 *
 * A service whose pods of one version are all gone is asked for another, where the caller did not insist.
 */
export async function forward(context: RequestContext, service: Service, { cache, brownOut, trustedProxies }: ForwardOptions): Promise<Reply> {
  const { request, trace, clock, notes } = context;
  const url = request.url ?? '/';
  const wish = { forced: context.forcedVersion, user: context.user };
  const route = service.route(url, wish);
  notes['version'] = route.version;
  const method = request.method ?? 'GET';
  const predicts = method === 'POST' && predictions.test(route.path);
  const caller = predicts ? callerOf(context, trustedProxies) : undefined;
  // What would be refused need not be received, unless there may be another answer to it.
  if (caller !== undefined && !cache && !brownOut.isOn) route.upstream.gate.check(caller);
  const body = method === 'GET' || method === 'HEAD' ? null : (context.bytes ??= await readRawBody(context, context.route.bodyMaxBytes));
  if (context.charge && body !== null && mayBeBatch(url)) await chargeItems(context, context.charge, body, context.route.bodyMaxBytes);
  clock.mark('receive');
  const sentAt = performance.now();
  const exposure: Exposure = { pods: 0 };
  const send = ({ upstream, path, headers }: ServiceRoute): Promise<UpstreamAnswer> =>
    upstream.ask({
      method,
      path,
      headers: Object.assign(passedOn(request.headers), headers, {
        'x-request-id': context.id,
        traceparent: formatTraceparent(trace),
        'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
      }),
      body,
      deadlineAt: context.deadlineAt,
      // Asked for twice without harm: reading, and predicting.
      isRepeatable: predicts || method === 'GET' || method === 'HEAD',
      mayHedge: predicts && !path.startsWith('/batch/'),
      caller,
      exposure,
      onCancel: (callback) => context.onCancel(callback),
    });
  const askOne = (to: ServiceRoute): Promise<UpstreamAnswer> => (cache ? cache.through(context, service.task, to, body, () => send(to)) : send(to));
  const ask = async (to: ServiceRoute): Promise<UpstreamAnswer> => {
    try {
      return await askOne(to);
    } catch (error) {
      // Too much for one version is not for the other to bear.
      const isTooMuch = error instanceof Problem && error.code === 'overloaded';
      // Nor are further pods for a request with which two were lost.
      const detour = context.cancelled || isTooMuch || exposure.pods >= maxExposedPods ? undefined : service.detour(url, wish, to);
      if (!detour) throw error;
      notes['version'] = detour.version;
      return askOne(detour);
    }
  };
  const answer = await (caller === undefined || !brownOut.isOn ? ask(route) : brownOut.through({ context, service, url, route, body, ask }));
  // Its answer would tell the client that its own key is wrong.
  if (answer.status === 401) {
    notes['upstream'] = 'refused the SERVICE_TOKEN of this gateway';
    throw new Problem('upstream-unavailable');
  }
  clock.mark('forward');
  notes['upstreamMs'] = Math.round((performance.now() - sentAt) * 1000) / 1000;
  const headers = passedOn(answer.headers);
  // The length that GET would have; for all else the body says it.
  const length = method === 'HEAD' ? answer.headers['content-length'] : undefined;
  if (length !== undefined) headers['content-length'] = length;
  return { status: answer.status, body: answer.body, headers };
}
