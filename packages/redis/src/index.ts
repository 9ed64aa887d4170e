export { RedisLink, type RedisClient, type RedisLog } from './redis-link.ts';
export { underLock } from './lock.ts';
