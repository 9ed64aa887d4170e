import { randomUUID } from 'node:crypto';
import type { RedisClient } from './redis-link.ts';

/** Removes the lock if it still is ours: after its time it may be another's. */
const release = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * Does something that only one process at a time may do.
 *
 * @param longestMs after which the lock is free whatever became of its holder
 * @returns undefined when another holds the lock
 */
export async function underLock<T>(client: RedisClient, key: string, longestMs: number, work: () => Promise<T>): Promise<T | undefined> {
  const token = randomUUID();
  if ((await client.set(key, token, 'PX', longestMs, 'NX')) !== 'OK') return undefined;
  try {
    return await work();
  } finally {
    await client.eval(release, 1, key, token).catch(() => undefined);
  }
}
