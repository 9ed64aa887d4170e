import { isLoopbackOnly } from '@facet/http';
import type { Log } from '@facet/telemetry';

interface Exposure {
  readonly hosts: readonly string[];
  readonly apiKeysFile: string | undefined;
  readonly jwksUrl: string | undefined;
}

/** Says once that anonymous callers are accepted from other machines, which may be meant and must not be overlooked. */
export function warnIfOpen({ hosts, apiKeysFile, jwksUrl }: Exposure, log: Log): void {
  if (apiKeysFile !== undefined || jwksUrl !== undefined || isLoopbackOnly(hosts)) return;
  log.warn({ hosts }, 'anonymous callers are accepted from other machines: set API_KEYS_FILE or JWT_JWKS_URL, or HOST=localhost');
}
