import { Problem } from '@facet/problem';
import { maxExposedPods } from '../forward/attempt.ts';
import type { Next, ReceivedCall } from './call.ts';

/** Asks another version where all pods of the chosen one are gone and the caller named none. */
export function failOver(next: Next<ReceivedCall>): Next<ReceivedCall> {
  return async (call) => {
    try {
      return await next(call);
    } catch (error) {
      const { context, service, url, wish, route, exposure, progress } = call;
      // Too much for one version is not for the other to bear.
      const isTooMuch = error instanceof Problem && error.code === 'overloaded';
      // Nor are further pods for a request with which two were lost.
      const other = context.cancelled || isTooMuch || exposure.pods >= maxExposedPods ? undefined : service.failover(url, wish, route);
      if (!other) throw error;
      progress.version = other.version;
      return next({ ...call, route: other });
    }
  };
}
