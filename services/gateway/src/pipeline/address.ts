import { formatTraceparent } from '@facet/telemetry';
import { passedOn } from '../forward/passed-on.ts';
import type { Next, PodCall, ReceivedCall } from './call.ts';

/** Makes of a client's call what the pods of its version are asked: with the gateway's own headers, and what is left of the time. */
export function address(next: Next<PodCall>): Next<ReceivedCall> {
  return async ({ context, route: { upstream, path, headers }, caller, body, exposure }) => {
    const { request, id, trace, deadlineAt, notes } = context;
    const method = request.method ?? 'GET';
    const predicts = caller !== undefined;
    const sentAt = performance.now();
    const answer = await next({
      upstream,
      method,
      path,
      headers: Object.assign(passedOn(request.headers), headers, {
        'x-request-id': id,
        traceparent: formatTraceparent(trace),
        'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
      }),
      body,
      deadlineAt,
      // Asked for twice without harm: reading, and predicting.
      isRepeatable: predicts || method === 'GET' || method === 'HEAD',
      mayHedge: predicts && !path.startsWith('/batch/'),
      caller,
      exposure,
      onCancel: (callback) => context.onCancel(callback),
    });
    notes['upstreamMs'] = Math.round((performance.now() - sentAt) * 1000) / 1000;
    return answer;
  };
}
