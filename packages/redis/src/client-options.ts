import { parseRedisAddress } from '@facet/config';
import { backoffMs } from '@facet/math';
import type { RedisOptions } from 'ioredis';
import { isMendedByReconnecting } from './reply-code.ts';

/** Longest wait for a command; its caller goes on without Redis after it. */
const commandTimeoutMs = 1000;
export const connectTimeoutMs = 2000;
const backoff = (attempt: number): number => backoffMs(attempt, { firstMs: 100, mostMs: 5000 });

/**
 * How ioredis reaches an address.
 *
 * @throws {TypeError} for a text that is no address of Redis; it does not repeat the text, which may hold a password
 */
export function clientOptions(url: string): Omit<RedisOptions, 'replyMapping'> {
  const address = parseRedisAddress(url);
  if (!address) throw new TypeError('REDIS_URL is not an address of Redis');
  const { hosts, primaryName, tls, username, password, database } = address;
  return {
    // With Sentinel, each connection begins with the question who the primary is now.
    ...(primaryName === undefined
      ? { ...hosts[0] }
      : { sentinels: [...hosts], name: primaryName, sentinelRetryStrategy: backoff, enableTLSForSentinelMode: tls, failoverDetector: true }),
    ...(tls && { tls: {} }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    db: database,
    enableOfflineQueue: false,
    // The link's own probe finds out more, and needs no right to INFO.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    retryStrategy: backoff,
    reconnectOnError: isMendedByReconnecting,
  };
}
