import { pair, series, stays, target, type SeriesValues } from './case.ts';

const digit = target('digit');
const endpoints = (ready: number): SeriesValues => ({
  [series('upstream_endpoints', { service: 'digit', version: 'v2', state: 'ready', instance: '10.0.0.1:8080' })]: stays(ready),
});
const ejections = (values: string): SeriesValues => ({
  [series('upstream_ejections_total', { service: 'digit', version: 'v2', instance: '10.0.0.1:8080' })]: values,
});
/** Facet is scraped in the namespace `prod`. */
const facet: SeriesValues = { [series('up', { service: 'gateway', instance: '10.0.0.1:8080' })]: stays(1) };
const scaler = (replicas: number, name = 'facet-helmets-v3', namespace = 'prod'): SeriesValues => ({
  ...facet,
  [`kube_horizontalpodautoscaler_status_current_replicas{namespace="${namespace}",horizontalpodautoscaler="${name}"}`]: stays(replicas),
  [`kube_horizontalpodautoscaler_spec_max_replicas{namespace="${namespace}",horizontalpodautoscaler="${name}"}`]: stays(4),
});
const restarts = (pod: string, namespace = 'prod'): SeriesValues => ({
  ...facet,
  [`kube_pod_container_status_restarts_total{namespace="${namespace}",pod="${pod}",container="main"}`]: '0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5',
});

export const platformCases = [
  ...pair(
    'ScrapeFailing',
    '6m',
    {
      name: 'a target does not answer',
      series: { [series('up', digit)]: stays(0) },
      labels: { job: 'facet', namespace: 'prod', ...digit },
      says: '10.0.0.7:8080 of digit in prod has not been scraped successfully for 5 minutes.',
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
      labels: { namespace: 'prod', horizontalpodautoscaler: 'facet-helmets-v3' },
      says: 'facet-helmets-v3 in prod has run at 100% of its maximum size for 15 minutes.',
    },
    { name: 'three of four pods run', series: scaler(3) },
  ),
  ...pair(
    'HpaAtMaximum',
    '16m',
    {
      name: 'four of four gateways run',
      series: scaler(4, 'facet-gateway'),
      labels: { namespace: 'prod', horizontalpodautoscaler: 'facet-gateway' },
      says: 'facet-gateway in prod has run at 100% of its maximum size for 15 minutes.',
    },
    { name: 'something of the same name where Facet is not', series: scaler(4, 'api-gateway', 'shop') },
  ),
  ...pair(
    'PodsRestarting',
    '16m',
    {
      name: 'a pod restarts every three minutes',
      series: restarts('facet-helmets-v3-6f9c-x2x'),
      labels: { namespace: 'prod', pod: 'facet-helmets-v3-6f9c-x2x' },
      says: 'Containers of facet-helmets-v3-6f9c-x2x in prod were restarted 5 times within 15 minutes.',
    },
    { name: 'another pod beside Facet restarts', series: restarts('redis-0') },
  ),
  ...pair(
    'PodsRestarting',
    '16m',
    {
      name: 'a gateway restarts every three minutes',
      series: restarts('facet-gateway-5d7c-abc'),
      labels: { namespace: 'prod', pod: 'facet-gateway-5d7c-abc' },
      says: 'Containers of facet-gateway-5d7c-abc in prod were restarted 5 times within 15 minutes.',
    },
    { name: 'a pod of the same name where Facet is not', series: restarts('api-gateway-5d7c-abc', 'shop') },
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
      says: 'The gateway in prod ejected endpoints of digit v2 5 times within 15 minutes.',
    },
    { name: 'an endpoint failed once', series: ejections('0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 1 1') },
  ),
  ...pair(
    'RedisFailing',
    '6m',
    {
      name: 'Redis refuses to write',
      series: { [series('redis_failing', { ...digit, purpose: 'state' })]: '0+0x2 1+0x10' },
      labels: { namespace: 'prod', ...digit, purpose: 'state' },
      says: '10.0.0.7:8080 of digit in prod has not been able to use Redis (state) for 2 minutes. Without state, each pod enforces rate limits and quotas locally; without cache, predictions are computed again.',
    },
    { name: 'Redis fails over within a minute', series: { [series('redis_failing', { ...digit, purpose: 'state' })]: '0+0x4 1 0+0x10' } },
  ),
];
