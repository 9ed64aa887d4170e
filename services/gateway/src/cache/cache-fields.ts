import { bytes, choice, field, flag, milliseconds, redisUrl } from '@facet/config';

/** The cache of predictions. Off unless asked for: what it answers, no model sees, and neither do drift, samples and audit. */
export const cacheFields = {
  cache: field({
    env: 'CACHE',
    schema: choice(['off', 'memory', 'redis']),
    fallback: 'off',
    doc: 'Response cache for identical inputs, in the memory of each process or in `REDIS_URL`. Off by default, because cached predictions are neither checked for drift nor audited.',
  }),
  cacheMaxBytes: field({
    env: 'CACHE_MAX_BYTES',
    schema: bytes({ min: 4096 }),
    fallback: '64MiB',
    doc: 'Maximum size of the cache per process, or in total with Redis, there at most a quarter of its `maxmemory`.',
  }),
  cacheRedisUrl: field({
    env: 'CACHE_REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Separate Redis for cached predictions. Defaults to `REDIS_URL`.',
  }),
  cacheTtlMs: field({ env: 'CACHE_TTL', schema: milliseconds({ min: 1 }), fallback: '5m', doc: 'Time to live of a cached response.' }),
  cachePerKey: field({ env: 'CACHE_PER_KEY', schema: flag(), fallback: 'false', doc: 'Separate the cache by API key.' }),
};
