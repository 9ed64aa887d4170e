import type { Limits } from '../admit/limits.ts';
import type { AdmitMetrics } from '../admit/metrics.ts';
import type { Callers } from '../identify/identify.ts';
import { authenticate } from './authenticate.ts';
import type { Next } from './call.ts';
import { limit } from './limit.ts';
import type { Visit } from './visit.ts';

interface EnterOptions {
  readonly callers: Callers;
  readonly limits: Limits;
  readonly metrics: AdmitMetrics;
}

/** What every request and every stream meets first, whatever it asks for. */
export function enter<Answer>(options: EnterOptions): Next<Visit<Answer>, Answer> {
  return authenticate(
    options,
    limit(options.limits, async ({ proceed, identity }) => proceed(identity)),
  );
}
