import { choice, field, milliseconds, number, whole } from '@facet/config';

/** When predictions are refused for the sake of the services behind the gateway, and when they are asked for twice. */
export const overloadFields = {
  hedgeQuantile: field({
    env: 'HEDGE_QUANTILE',
    schema: number({ min: 0, max: 0.999 }),
    fallback: '0',
    doc: 'Ask another pod as well when a prediction takes longer than this share of those before, such as 0.95, and take the first answer; together with retries never more than a tenth of all requests. 0 never does that.',
  }),
  limit: field({
    env: 'OVERLOAD_LIMIT',
    schema: choice(['adaptive', 'off']),
    fallback: 'adaptive',
    doc: 'Find out how many predictions each service can work on at once, and refuse the excess at once with 503; calls about health, status, metrics and administration never are.',
  }),
  limitMin: field({
    env: 'OVERLOAD_LIMIT_MIN',
    schema: whole({ min: 1, max: 65_536 }),
    fallback: '64',
    doc: 'So many at once at one service version are never too many, in each process of the gateway.',
  }),
  limitSlackMs: field({
    env: 'OVERLOAD_LATENCY',
    schema: milliseconds({ min: 1 }),
    // Pods that restart, or move, make everybody wait for seconds, and nobody is to be refused for that.
    fallback: '2s',
    doc: 'How much longer than without a queue answers may take on average before that counts as too many at once; half as long again never does. Less, such as 500ms, keeps answers quick when far more is asked than can be done, and refuses some while pods restart.',
  }),
  limitMax: field({ env: 'OVERLOAD_LIMIT_MAX', schema: whole({ min: 1, max: 65_536 }), fallback: '1024', doc: 'More at once always are.' }),
  breakerFailures: field({
    env: 'BREAKER_FAILURES',
    schema: whole({ min: 0 }),
    fallback: '20',
    doc: 'Attempts in a row that come to nothing, with no answer for a second, after which a service is left alone as a whole and predictions are refused at once; 0 never does that.',
  }),
  breakerOpenMs: field({
    env: 'BREAKER_OPEN',
    schema: milliseconds({ min: 10 }),
    fallback: '2s',
    doc: 'Longest time between two predictions that are let through to such a service to see whether it is back; it begins with half a second.',
  }),
};
