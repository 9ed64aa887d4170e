import { choice, field, milliseconds, number, whole } from '@facet/config';

/** When predictions are refused for the sake of the services behind the gateway, and when they are asked for twice. */
export const overloadFields = {
  hedgeQuantile: field({
    env: 'HEDGE_QUANTILE',
    schema: number({ min: 0, max: 0.999 }),
    fallback: '0',
    doc: 'Hedge requests: if a prediction exceeds this latency quantile, such as 0.95, send it to a second pod and use the first response. Hedges count towards the retry budget of 10 %. 0 disables hedging.',
  }),
  limit: field({
    env: 'OVERLOAD_LIMIT',
    schema: choice(['adaptive', 'off']),
    fallback: 'adaptive',
    doc: 'Load shedding: learn a concurrency limit per service and reject the excess immediately with 503. Health, status, metrics and administration calls are always admitted.',
  }),
  limitMin: field({
    env: 'OVERLOAD_LIMIT_MIN',
    schema: whole({ min: 1, max: 65_536 }),
    fallback: '64',
    doc: 'Lower bound of the adaptive concurrency limit, per version and gateway process.',
  }),
  limitSlackMs: field({
    env: 'OVERLOAD_LATENCY',
    schema: milliseconds({ min: 1 }),
    // Pods that restart, or move, make everybody wait for seconds, and nobody is to be refused for that.
    fallback: '2s',
    doc: 'Added latency that the adaptive concurrency limit tolerates on average; 1.5 times the unloaded latency is always tolerated. Lower values, such as 500ms, keep latency low under heavy overload but reject some requests while pods restart.',
  }),
  limitMax: field({
    env: 'OVERLOAD_LIMIT_MAX',
    schema: whole({ min: 1, max: 65_536 }),
    fallback: '1024',
    doc: 'Upper bound of the adaptive concurrency limit, per version and gateway process.',
  }),
  breakerFailures: field({
    env: 'BREAKER_FAILURES',
    schema: whole({ min: 0 }),
    fallback: '20',
    doc: 'Circuit breaker: consecutive failures, with no response for a second, after which the breaker of a service opens and predictions fail fast. 0 disables the breaker.',
  }),
  breakerOpenMs: field({
    env: 'BREAKER_OPEN',
    schema: milliseconds({ min: 10 }),
    fallback: '2s',
    doc: 'Maximum interval between probe requests while the circuit breaker is open. The first interval is half a second.',
  }),
};
