import type { Limits } from '../admit/limits.ts';
import type { AdmitMetrics } from '../admit/metrics.ts';
import type { Callers } from '../identify/identify.ts';
import { authenticate } from './authenticate.ts';
import type { Next } from './call.ts';
import { limit } from './limit.ts';
import type { AccessRequest } from './access-request.ts';

interface EnterOptions {
  readonly callers: Callers;
  readonly limits: Limits;
  readonly metrics: AdmitMetrics;
}

/** What every request and every stream meets first, whatever it asks for. */
export function enter<Answer>(options: EnterOptions): Next<AccessRequest<Answer>, Answer> {
  return authenticate(
    options,
    limit(options.limits, async ({ proceed, identity }) => proceed(identity)),
  );
}
