import type { Config } from '@facet/config';
import type { RedisLink } from '@facet/redis';
import type { Log } from '@facet/telemetry';
import type { Registry } from 'prom-client';
import { KeyFile } from '../identify/key-file.ts';
import { tokenSettings } from '../identify/token-settings.ts';
import { TokenVerifier } from '../identify/token-verifier.ts';
import type { admitFields } from './admit-fields.ts';
import { createAccessControl, type AccessControl } from './access-control.ts';
import { createAdmitMetrics } from './metrics.ts';
import { podConcurrency } from './pod-concurrency.ts';
import { podRateLimiter } from './pod-rate-limiter.ts';
import { SharedRateLimiter } from './shared-rate-limiter.ts';
import { StreamPlaces } from './stream-places.ts';

interface AccessControlParts {
  readonly config: Config<typeof admitFields> & { readonly streamMaxConnections: number };
  /** Tasks that are served. */
  readonly tasks: readonly string[];
  readonly log: Log;
  readonly registry: Registry;
  readonly redis: RedisLink | undefined;
}

export interface OpenAccessControl extends AccessControl {
  readonly close: () => void;
}

/**
 * Opens what the configuration says of callers and limits.
 *
 * @throws {ConfigError} when the key file cannot be used, or what tokens are checked against is not said
 */
export async function openAccessControl({ config, tasks, log, registry, redis }: AccessControlParts): Promise<OpenAccessControl> {
  const metrics = createAdmitMetrics(registry);
  const keys = config.apiKeysFile === undefined ? undefined : await KeyFile.open({ path: config.apiKeysFile, tasks, log });
  const accepted = tokenSettings(config);
  const limits = { ratePerSecond: config.jwtRatePerSecond, concurrency: config.jwtConcurrency };
  const tokens = accepted && new TokenVerifier({ ...accepted, scopeClaim: config.jwtScopeClaim, limits, log });
  const access = createAccessControl({
    tasks: new Set(tasks),
    callers: { keys, tokens },
    rateLimiter: redis ? new SharedRateLimiter({ redis, insurance: podRateLimiter, onInsured: () => metrics.insured() }) : podRateLimiter,
    concurrency: podConcurrency,
    metrics,
    origins: config.corsOrigins ?? [],
    corsHeaders: config.corsHeaders ?? [],
    trustedProxies: config.trustedProxies,
    streamPlaces: new StreamPlaces(config),
    addressAllowance: { ratePerSecond: config.addressRatePerSecond, burst: config.addressBurst },
  });
  return { ...access, close: () => keys?.close() };
}
