import type { Limits } from '../admit/limits.ts';
import type { Next } from './call.ts';
import type { AuthenticatedRequest } from './access-request.ts';

/**
 * Lets callers in as often, and as many of their requests at once, as they may; those who are not known as often as their address may.
 *
 * @throws {Problem} `rate-limited`, `quota-exceeded`, `too-many-at-once`
 */
export function limit<Answer>(limits: Limits, next: Next<AuthenticatedRequest<Answer>, Answer>): Next<AuthenticatedRequest<Answer>, Answer> {
  return async (access) => {
    const { identity, onEnd } = access;
    await limits.count(access);
    if (identity) await limits.hold(identity, onEnd);
    return next(access);
  };
}
