import { Problem } from '@facet/problem';
import type { Limits } from '../admit/limits.ts';
import type { AdmitMetrics } from '../admit/metrics.ts';
import { identify, unauthenticated, type Callers } from '../identify/identify.ts';
import type { Identity } from '../identify/identity.ts';
import { covers, type RequiredScope } from '../identify/required-scope.ts';
import type { Next } from './call.ts';
import type { AuthenticatedRequest, AccessRequest } from './access-request.ts';

interface AuthenticateOptions {
  readonly callers: Callers;
  /** What callers who are refused here are counted against, so that guessing is as slow as asking without a name. */
  readonly limits: Limits;
  readonly metrics: AdmitMetrics;
}

/**
 * Finds out who asks, and lets in those whose scopes cover the call. Without keys and tokens no caller is identified.
 *
 * @throws {Problem} `unauthenticated`, `forbidden`, `identity-unavailable`
 */
export function authenticate<Answer>(
  { callers, limits, metrics }: AuthenticateOptions,
  next: Next<AuthenticatedRequest<Answer>, Answer>,
): Next<AccessRequest<Answer>, Answer> {
  if (!callers.keys && !callers.tokens) return (access) => next({ ...access, identity: undefined });
  return async (access) => {
    const { request, notes, needed } = access;
    let identity: Identity | undefined;
    try {
      identity = await identify(access, callers);
      requireScope(needed, identity);
    } catch (error) {
      if (!identity) await limits.countAddress(request);
      if (error instanceof Problem && (error.code === 'unauthenticated' || error.code === 'forbidden')) metrics.refused(error.code);
      throw error;
    }
    if (identity) notes['client'] = identity.id;
    return next({ ...access, identity });
  };
}

function requireScope(needed: RequiredScope, identity: Identity | undefined): void {
  if (needed === 'open') return;
  if (!identity) throw unauthenticated();
  if (!covers(identity.scopes, needed)) throw new Problem('forbidden', `This call requires the scope '${needed}', which '${identity.id}' lacks.`);
}
