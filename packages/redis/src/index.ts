export { RedisLink, type RedisClient, type RedisEvents, type RedisLog } from './redis-link.ts';
export { createRedisMetrics } from './redis-metrics.ts';
export type { RedisFault } from './reply-code.ts';
export { underLock } from './lock.ts';
