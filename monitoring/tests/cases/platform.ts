import { pair, series, stays, target, type SeriesValues } from './case.ts';

const digit = target('digit');
const endpoints = (ready: number): SeriesValues => ({
  [series('upstream_endpoints', { service: 'digit', version: 'v2', state: 'ready', instance: '10.0.0.1:8080' })]: stays(ready),
});
const ejections = (values: string): SeriesValues => ({
  [series('upstream_ejections_total', { service: 'digit', version: 'v2', instance: '10.0.0.1:8080' })]: values,
});
const scaler = (replicas: number): SeriesValues => ({
  'kube_horizontalpodautoscaler_status_current_replicas{namespace="prod",horizontalpodautoscaler="facet-digit-v1"}': stays(replicas),
  'kube_horizontalpodautoscaler_spec_max_replicas{namespace="prod",horizontalpodautoscaler="facet-digit-v1"}': stays(4),
});
const restarts = (pod: string): SeriesValues => ({
  [`kube_pod_container_status_restarts_total{namespace="prod",pod="${pod}",container="main"}`]: '0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5',
});

export const platformCases = [
  ...pair(
    'ScrapeFailing',
    '6m',
    {
      name: 'a target does not answer',
      series: { [series('up', digit)]: stays(0) },
      labels: { job: 'facet', namespace: 'prod', ...digit },
      says: '10.0.0.7:8080 of digit in prod has not answered a scrape for 5 minutes.',
    },
    { name: 'a target missed two scrapes', series: { [series('up', digit)]: '1 1 0 0 1+0x10' } },
  ),
  ...pair(
    'ScrapeMissing',
    '80m',
    {
      name: 'the only target is gone',
      series: { [series('up', digit)]: '1+0x30 stale' },
      labels: { namespace: 'prod', service: 'digit' },
      says: 'An hour ago Prometheus scraped 1 targets of digit in prod; now there is none.',
    },
    { name: 'a pod of two is gone', series: { [series('up', digit)]: '1+0x30 stale', [series('up', { service: 'digit', instance: 'other' })]: stays(1) } },
  ),
  ...pair(
    'HpaAtMaximum',
    '16m',
    {
      name: 'four of four pods run',
      series: scaler(4),
      labels: { namespace: 'prod', horizontalpodautoscaler: 'facet-digit-v1' },
      says: 'facet-digit-v1 in prod has run at 100% of its largest size for 15 minutes.',
    },
    { name: 'three of four pods run', series: scaler(3) },
  ),
  ...pair(
    'PodsRestarting',
    '16m',
    {
      name: 'a pod restarts every three minutes',
      series: restarts('facet-digit-v1-6f9c-x2x'),
      labels: { namespace: 'prod', pod: 'facet-digit-v1-6f9c-x2x' },
      says: 'Containers of facet-digit-v1-6f9c-x2x in prod were restarted 5 times within 15 minutes.',
    },
    { name: 'the pod of someone else restarts', series: restarts('redis-0') },
  ),
  ...pair(
    'NoEndpoints',
    '5m',
    {
      name: 'none is ready',
      series: endpoints(0),
      labels: { namespace: 'prod', service: 'digit', version: 'v2' },
      says: 'The gateway in prod has 0 ready endpoints for digit v2.',
    },
    { name: 'one is ready', series: endpoints(1) },
  ),
  ...pair(
    'EndpointsEjected',
    '16m',
    {
      name: 'an endpoint fails every three minutes',
      series: ejections('0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5'),
      labels: { namespace: 'prod', service: 'digit', version: 'v2' },
      says: 'The gateway in prod left endpoints of digit v2 alone 5 times within 15 minutes because they failed.',
    },
    { name: 'an endpoint failed once', series: ejections('0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 1 1') },
  ),
  ...pair(
    'RedisFailing',
    '6m',
    {
      name: 'Redis refuses to write',
      series: { [series('redis_failing', digit)]: '0+0x2 1+0x10' },
      labels: { namespace: 'prod', ...digit },
      says: '10.0.0.7:8080 of digit in prod has not been able to use Redis for 2 minutes: each pod enforces limits and quotas by itself.',
    },
    { name: 'Redis fails over within a minute', series: { [series('redis_failing', digit)]: '0+0x4 1 0+0x10' } },
  ),
];
