import type { Next, PodCall } from './call.ts';

/**
 * Lets predictions in as far as the version has room for them; calls about the service always.
 *
 * @throws {Problem} `overloaded`, and `upstream-unavailable` while nothing comes back from the version
 */
export function admit(next: Next<PodCall>): Next<PodCall> {
  return async (call) => {
    const { caller, upstream } = call;
    if (caller === undefined) return next(call);
    const leave = upstream.admission.enter(caller);
    try {
      return await next(call);
    } finally {
      leave();
    }
  };
}
