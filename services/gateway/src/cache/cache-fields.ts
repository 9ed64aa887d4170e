import { bytes, choice, field, flag, milliseconds, redisUrl } from '@facet/config';

/** The cache of predictions. Off unless asked for: what it answers, no model sees, and neither do drift, samples and audit. */
export const cacheFields = {
  cache: field({
    env: 'CACHE',
    schema: choice(['off', 'memory', 'redis']),
    fallback: 'off',
    doc: 'Give again what a model answered before to the same input: from the memory of each process, or from `REDIS_URL`. Off by default, since what is answered so is neither watched for drift nor audited.',
  }),
  cacheMaxBytes: field({
    env: 'CACHE_MAX_BYTES',
    schema: bytes({ min: 4096 }),
    fallback: '64MiB',
    doc: 'Most that a process keeps in memory, or that Redis keeps for all; there at most a quarter of its `maxmemory`.',
  }),
  cacheRedisUrl: field({
    env: 'CACHE_REDIS_URL',
    schema: redisUrl(),
    secret: true,
    doc: 'Redis for cached predictions, so that they share no memory with limits and quotas; by default `REDIS_URL`.',
  }),
  cacheTtlMs: field({ env: 'CACHE_TTL', schema: milliseconds({ min: 1 }), fallback: '5m', doc: 'How long an answer is kept.' }),
  cachePerKey: field({ env: 'CACHE_PER_KEY', schema: flag(), fallback: 'false', doc: 'Keep the answers of each API key apart.' }),
};
