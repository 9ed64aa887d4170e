import { Counter, Gauge, type Registry } from 'prom-client';
import type { RedisEvents } from './redis-link.ts';

/** Counts a link's health. */
export function createRedisMetrics(registry: Registry): Required<RedisEvents> {
  const failing = new Gauge({
    name: 'redis_failing',
    help: '1 while Redis is unreachable or rejects writes',
    // Of several processes the worst counts.
    aggregator: 'max',
    registers: [registry],
  });
  const errors = new Counter({
    name: 'redis_errors_total',
    help: 'Failed Redis commands by error code',
    labelNames: ['code'] as const,
    registers: [registry],
  });
  return { onHealth: (isUp) => failing.set(isUp ? 0 : 1), onError: (code) => errors.inc({ code }) };
}
