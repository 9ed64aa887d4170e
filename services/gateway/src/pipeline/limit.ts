import type { Limits } from '../admit/limits.ts';
import type { Next } from './call.ts';
import type { KnownVisit } from './visit.ts';

/**
 * Lets callers in as often, and as many of their requests at once, as they may; those who are not known as often as their address may.
 *
 * @throws {Problem} `rate-limited`, `quota-exceeded`, `too-many-at-once`
 */
export function limit<Answer>(limits: Limits, next: Next<KnownVisit<Answer>, Answer>): Next<KnownVisit<Answer>, Answer> {
  return async (visit) => {
    const { identity, onEnd } = visit;
    await limits.count(visit);
    if (identity) await limits.hold(identity, onEnd);
    return next(visit);
  };
}
