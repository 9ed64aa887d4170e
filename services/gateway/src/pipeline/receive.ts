import { readRawBody } from '@facet/http';
import { countItems, mayBeBatch } from '../batch/count-items.ts';
import type { Next, ReceivedCall, RoutedCall } from './call.ts';

interface ReceiveOptions {
  /** What would be refused need not be received, unless there may be another answer to it. */
  readonly refusesEarly: boolean;
}

/** Reads the body of a call, and counts the items of a batch against the caller's limits. */
export function receive({ refusesEarly }: ReceiveOptions, next: Next<ReceivedCall>): Next<RoutedCall> {
  return async (call) => {
    const { context, url, route, caller } = call;
    if (caller !== undefined && refusesEarly) route.upstream.admission.check(caller);
    const { method } = context.request;
    const limit = context.route.bodyMaxBytes;
    const body = method === 'GET' || method === 'HEAD' ? null : (context.bytes ??= await readRawBody(context, limit));
    const { charge } = context;
    if (charge && body !== null && mayBeBatch(url)) {
      // One item was counted when the request was admitted. A request that is forwarded again, to another version, is counted once.
      context.charge = undefined;
      const items = await countItems(url, context, body, limit);
      if (items > 1) await charge(items - 1);
    }
    context.clock.mark('receive');
    const answer = await next({ ...call, body, exposure: { pods: 0 } });
    context.clock.mark('forward');
    return answer;
  };
}
