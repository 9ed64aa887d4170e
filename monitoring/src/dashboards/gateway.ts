import { orZero } from '../selectors.ts';
import { panel, type DashboardSpec } from './panel.ts';
import { chosenVersion, perSecond, shown } from './query.ts';

/** Labels `service` and `version` name what lies behind the gateway here. */
const total = (metric: string, by: string, ...matchers: readonly string[]): string => `sum by (${by}) (${shown(metric, ...matchers)})`;
const highest = (metric: string, by: string, ...matchers: readonly string[]): string => `max by (${by}) (${shown(metric, ...matchers)})`;
const both = 'service, version';
const asked = perSecond(shown('http_requests_total', 'service="gateway"'));
const cacheIsOff = { emptyBecause: 'the cache is off unless `CACHE` is set' };

export const gateway: DashboardSpec = {
  uid: 'facet-gateway',
  title: 'Facet / Gateway',
  description: 'Gateway: upstream services, rejections, retries.',
  variables: ['namespace', 'version'],
  rows: [
    {
      title: 'What is behind',
      panels: [
        panel('lines', 'Endpoints', 'short', 'Pods behind the gateway that take requests; without discovery a Service counts as one. NoEndpoints: none.', {
          '{{service}} {{version}}': highest('upstream_endpoints', both, chosenVersion, 'state="ready"'),
        }),
        panel(
          'lines',
          'Endpoints left alone',
          'short',
          'Pods that failed and get no requests for a while, and pods that say themselves that they do not serve.',
          { '{{service}} {{version}} {{state}}': highest('upstream_endpoints', `${both}, state`, chosenVersion, 'state=~"ejected|unready"') },
          { thresholds: { warn: 1, bad: 2 } },
        ),
        panel(
          'lines',
          'Services left alone',
          'short',
          '1 while nothing comes back from a service at all, and predictions for it are refused at once.',
          { '{{service}} {{version}}': highest('upstream_breaker_open', both, chosenVersion) },
          { thresholds: { warn: 1, bad: 1 }, max: 1 },
        ),
      ],
    },
    {
      title: 'Room',
      panels: [
        panel('lines', 'In flight', 'short', 'Predictions in flight per service.', {
          '{{service}} {{version}}': total('upstream_in_flight', both, chosenVersion),
        }),
        panel(
          'lines',
          'Share of the limit',
          'percentunit',
          'The same as a share of what the gateway has found that a service can do at once. At 100 % the excess is refused with 503.',
          { '{{service}} {{version}}': `${total('upstream_in_flight', both, chosenVersion)} / ${total('upstream_concurrency_limit', both, chosenVersion)}` },
          { thresholds: { warn: 0.7, bad: 0.95 }, max: 1 },
        ),
        panel(
          'lines',
          'Refused for want of room',
          'reqps',
          'Predictions refused before they were sent: over the limit, or to a service that is left alone.',
          { '{{service}} {{version}} {{reason}}': perSecond(shown('upstream_refused_total', chosenVersion), `${both}, reason`) },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
      ],
    },
    {
      title: 'Second attempts',
      panels: [
        panel(
          'lines',
          'Retries',
          'reqps',
          'Predictions that were sent again to another pod, by what was wrong with the first attempt. Never more than a tenth of all.',
          { '{{service}} {{reason}}': perSecond(shown('upstream_retries_total'), 'service, reason') },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
        panel(
          'lines',
          'Retries that the budget forbade',
          'reqps',
          'Above 0 a large part of the attempts fails: sending all of them again would make it worse.',
          { '{{service}}': perSecond(shown('upstream_retry_budget_exhausted_total'), 'service') },
          { thresholds: { warn: 0.01, bad: 1 } },
        ),
        panel('lines', 'Hedges', 'reqps', 'Hedged requests (`HEDGE_QUANTILE`), by which attempt responded first.', {
          '{{service}} {{winner}}': perSecond(shown('upstream_hedges_total'), 'service, winner'),
        }),
      ],
    },
    {
      title: 'Callers',
      panels: [
        panel(
          'lines',
          'Refused by the gateway',
          'reqps',
          'Requests without a known key, without the scope, or over a rate, a quota or what one caller may have at once.',
          { '{{reason}}': perSecond(shown('gateway_refused_total'), 'reason') },
          { thresholds: { warn: 1, bad: 10 } },
        ),
        panel('lines', 'Responses by status', 'reqps', 'All responses of the gateway.', {
          '{{status}}': perSecond(shown('http_requests_total', 'service="gateway"'), 'status'),
        }),
        panel('lines', 'Limits counted alone', 'reqps', 'Requests counted locally because Redis was unavailable: limits then apply per pod.', {
          insured: orZero(perSecond(shown('gateway_meter_insured_total')), asked),
        }),
      ],
    },
    {
      title: 'Cache and degradation',
      collapsed: true,
      panels: [
        panel(
          'lines',
          'Cache',
          'reqps',
          'Predictions by what the cache did; a hit touches no model.',
          { '{{service}} {{result}}': perSecond(shown('gateway_cache_requests_total'), 'service, result') },
          cacheIsOff,
        ),
        panel('lines', 'Cache in memory', 'bytes', 'What it holds, all processes.', { '{{instance}}': total('gateway_cache_bytes', 'instance') }, cacheIsOff),
        panel(
          'lines',
          'Degraded responses',
          'reqps',
          'Rejections replaced by a stale response or another version (`BROWN_OUT`).',
          { '{{service}} {{way}}': perSecond(shown('gateway_brown_out_answers_total'), 'service, way') },
          { emptyBecause: 'nothing is refused while all is well, and brown-out is off unless `BROWN_OUT` is set' },
        ),
      ],
    },
  ],
};
