import { clientAddress } from '../admit/client-address.ts';
import type { Next, RoutedCall, TaskCall } from './call.ts';

const predictions = /\/(?:predict|infer)(?:\?|$)/;

/** Gives a call the version that it names, or that the weights choose for its user. */
export function assign(trustedProxies: number, next: Next<RoutedCall>): Next<TaskCall> {
  return (call) => {
    const { context, service, url, wish, progress } = call;
    const { request } = context;
    const route = service.route(url, wish);
    progress.version = route.version;
    const predicts = request.method === 'POST' && predictions.test(route.path);
    const caller = predicts ? (context.caller ?? clientAddress(request, trustedProxies)) : undefined;
    return next({ ...call, route, caller });
  };
}
