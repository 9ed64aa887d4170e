import { ConfigError, type Config } from '@facet/config';
import type { RedisLink } from '@facet/redis';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { cacheFields } from './cache-fields.ts';
import { MemoryStore } from './memory-store.ts';
import { PredictionCache } from './prediction-cache.ts';
import { RedisStore } from './redis-store.ts';

/** Whether old answers are given in place of refusals, and how old. */
interface DegradeConfig {
  readonly brownOut: readonly string[] | undefined;
  readonly brownOutStaleMs: number;
}

/**
 * The cache that the configuration asks for; undefined where it asks for none.
 *
 * @throws {ConfigError} for one in Redis without Redis, or none where old answers are to be given
 */
export function openCache(config: Config<typeof cacheFields> & DegradeConfig, redis: RedisLink | undefined, registry: Registry): PredictionCache | undefined {
  if (config.cache === 'off') {
    if (config.brownOut?.includes('stale')) throw new ConfigError(['BROWN_OUT="stale": requires CACHE="memory" or "redis"']);
    return undefined;
  }
  const registers = [registry];
  const requests = new Counter({
    name: 'gateway_cache_requests_total',
    help: 'Cacheable predictions by cache result',
    labelNames: ['service', 'result'] as const,
    registers,
  });
  const keepMs = config.cacheTtlMs + (config.brownOut?.includes('stale') ? config.brownOutStaleMs : 0);
  const options = { perKey: config.cachePerKey, freshMs: config.cacheTtlMs, onResult: (service: string, result: string) => requests.inc({ service, result }) };
  if (config.cache === 'redis') {
    if (!redis) throw new ConfigError(['CACHE="redis": requires CACHE_REDIS_URL or REDIS_URL']);
    return new PredictionCache({ ...options, store: new RedisStore(redis, { ttlMs: keepMs, maxBytes: config.cacheMaxBytes }) });
  }
  const store = new MemoryStore({ maxBytes: config.cacheMaxBytes, ttlMs: keepMs });
  const kept = new Gauge({
    name: 'gateway_cache_bytes',
    help: 'Size of the in-memory cache, in bytes',
    registers,
    collect() {
      kept.set(store.bytes);
    },
  });
  return new PredictionCache({ ...options, store });
}
