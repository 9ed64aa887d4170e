import { grows, pair, series, stays, target, type SeriesValues } from './case.ts';

const digit = target('digit');
const posted = { ...digit, route: '/v1/predict', method: 'POST', status: '200' };

/** A hundred predictions a minute, so many of which are done within half a second, a second, two and a half. */
function answered(half: number, one: number, more: number): SeriesValues {
  const bucket = (le: string): string => series('http_request_duration_seconds_bucket', { ...posted, le });
  return { [bucket('0.5')]: grows(half), [bucket('1')]: grows(one), [bucket('2.5')]: grows(more), [bucket('+Inf')]: grows(100) };
}

const queue = (rows: number): SeriesValues => ({
  [series('inference_queue_depth', { ...digit, version: 'v2' })]: stays(rows),
  [series('inference_queue_limit_rows', { ...digit, version: 'v2' })]: stays(256),
});
const refused = (metric: string, label: string, aMinute: number): SeriesValues => ({
  [series(metric, { ...digit, [label]: 'overloaded' })]: grows(aMinute),
  [series('http_requests_total', posted)]: grows(100),
});
const lag = (seconds: number): SeriesValues => ({ [series('event_loop_lag_seconds', { ...digit, quantile: '0.99' })]: stays(seconds) });
const ready = (values: string): SeriesValues => ({ [series('model_ready', { ...digit, version: 'v1' })]: values });
const restarts = (values: string): SeriesValues => ({ [series('inference_worker_restarts_total', target('detection'))]: values });

const service = { namespace: 'prod', service: 'digit' };
const at = { ...service, instance: '10.0.0.7:8080' };

export const servingCases = [
  ...pair(
    'HighLatency',
    '12m',
    {
      name: 'p95 is two seconds',
      series: answered(80, 85, 100),
      labels: service,
      says: 'The 95th percentile of the prediction latency of digit in prod is 2s (limit 1 s).',
    },
    { name: 'p95 is under a second, though some take longer', series: answered(80, 96, 100) },
  ),
  ...pair(
    'QueueSaturated',
    '5m',
    {
      name: 'nine tenths of the queue are taken',
      series: queue(230.4),
      labels: { ...at, job: 'facet', version: 'v2' },
      says: '90% of the maximum queue length of v2 at 10.0.0.7:8080 are queued; further ones are rejected.',
    },
    { name: 'half of the queue is taken', series: queue(128) },
  ),
  ...pair(
    'RequestsRejected',
    '12m',
    {
      name: 'one request in ten is refused',
      series: refused('requests_rejected_total', 'reason', 10),
      labels: service,
      says: '10% of the requests to digit in prod are rejected because of its state (limit 1 %).',
    },
    { name: 'one request in two hundred is refused', series: refused('requests_rejected_total', 'reason', 0.5) },
  ),
  ...pair(
    'InvalidInputsHigh',
    '25m',
    {
      name: 'three of four requests cannot be used',
      series: refused('invalid_input_requests_total', 'code', 75),
      labels: service,
      says: '75% of the requests to digit in prod are rejected as invalid (limit 50 %).',
    },
    { name: 'one request in four cannot be used', series: refused('invalid_input_requests_total', 'code', 25) },
  ),
  ...pair(
    'EventLoopBlocked',
    '6m',
    {
      name: 'the loop waits for half a second',
      series: lag(0.5),
      labels: { ...at, job: 'facet', quantile: '0.99' },
      says: 'At 10.0.0.7:8080 the 99th percentile of event loop lag is 500ms (limit 200 ms), which delays probes and requests.',
    },
    { name: 'the loop waits for twenty milliseconds', series: lag(0.02) },
  ),
  ...pair(
    'ModelNotReady',
    '12m',
    {
      name: 'a model never becomes ready',
      series: ready(stays(0)),
      labels: { ...at, job: 'facet', version: 'v1' },
      says: 'Model v1 at 10.0.0.7:8080 is loading, failed or has lost its workers (ready 0 of 1).',
    },
    { name: 'a model takes two minutes to load', series: ready('0+0x1 1+0x400') },
  ),
  ...pair(
    'WorkerRestarts',
    '16m',
    {
      name: 'a worker dies every three minutes',
      series: restarts('0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5'),
      labels: { namespace: 'prod', service: 'detection', instance: '10.0.0.7:8080', job: 'facet' },
      says: '5 worker threads at 10.0.0.7:8080 died or hung within 15 minutes and were replaced.',
    },
    { name: 'one worker died', series: restarts('0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 1 1') },
  ),
];
