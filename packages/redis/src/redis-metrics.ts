import { Counter, Gauge, type Registry } from 'prom-client';
import type { RedisEvents } from './redis-link.ts';

/** What a process uses a link for: shared state, or a response cache in a Redis of its own. */
export type RedisPurpose = 'state' | 'cache';

/** Counts the health of links, each by its purpose. */
export function createRedisMetrics(registry: Registry): (purpose: RedisPurpose) => Required<RedisEvents> {
  const failing = new Gauge({
    name: 'redis_failing',
    help: '1 while Redis is unreachable or rejects writes, by purpose of the connection',
    labelNames: ['purpose'] as const,
    // Of several processes the worst counts.
    aggregator: 'max',
    registers: [registry],
  });
  const errors = new Counter({
    name: 'redis_errors_total',
    help: 'Failed Redis commands by purpose of the connection and error code',
    labelNames: ['purpose', 'code'] as const,
    registers: [registry],
  });
  return (purpose) => ({ onHealth: (isUp) => failing.set({ purpose }, isUp ? 0 : 1), onError: (code) => errors.inc({ purpose, code }) });
}
