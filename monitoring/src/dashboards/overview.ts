import { orZero, predicts } from '../selectors.ts';
import { burnRate } from '../slo/burn.ts';
import { realPace } from '../pace.ts';
import { alerts } from '../rules/index.ts';
import { versionErrors, versionRequests, versionSlow } from '../rules/recordings.ts';
import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, chosenVersion, perSecond, quantile, shown } from './query.ts';

const asked = (by = '', ...more: readonly string[]): string => perSecond(shown('http_requests_total', chosenService, predicts, ...more), by);
const atTheDoor = ['service="gateway"', predicts];
const duration = 'http_request_duration_seconds';
/** Other alerts may fire in the same namespace. */
const alertNames = [...new Set(Object.values(alerts(realPace)).flatMap((group) => group.map(({ alert }) => alert)))];
const recorded = (name: string): string => `${name}{namespace=~"$namespace",${chosenService}}`;

export const overview: DashboardSpec = {
  uid: 'facet-overview',
  title: 'Facet / Overview',
  description: 'Is it up, is it fast, is it right, which version is worse?',
  variables: ['namespace', 'service', 'version'],
  rows: [
    {
      title: 'Now',
      panels: [
        panel(
          'stat',
          'Targets up',
          'percentunit',
          'Fraction of targets that are up. Below 1: ScrapeFailing.',
          { up: `avg(${shown('up', chosenService)})` },
          { thresholds: { warn: 1, bad: 0.5 }, lowIsBad: true },
        ),
        panel(
          'stat',
          'Models ready',
          'percentunit',
          'Fraction of configured versions that are ready. Below 1: ModelNotReady.',
          { ready: `avg(${shown('model_ready', chosenService, chosenVersion)})` },
          { thresholds: { warn: 1, bad: 0.5 }, lowIsBad: true },
        ),
        panel('stat', 'Requests', 'reqps', 'Prediction requests per second at the gateway.', {
          requests: perSecond(shown('http_requests_total', ...atTheDoor)),
        }),
        panel(
          'stat',
          'Failed',
          'percentunit',
          'Share of predictions at the gateway that failed for a fault of ours (5xx).',
          {
            failed: `${orZero(perSecond(shown('http_requests_total', ...atTheDoor, 'status=~"5.."')), perSecond(shown('http_requests_total', ...atTheDoor)))} / (${perSecond(shown('http_requests_total', ...atTheDoor))} > 0)`,
          },
          { thresholds: { warn: 0.001, bad: 0.01 } },
        ),
        panel(
          'stat',
          'p95',
          's',
          '95th percentile of prediction latency at the gateway.',
          { p95: quantile(0.95, duration, '', ...atTheDoor) },
          { thresholds: { warn: 0.5, bad: 1 } },
        ),
        panel(
          'stat',
          'Alerts firing',
          'short',
          'Alerts of this suite that fire now.',
          {
            alerts: `count(ALERTS{alertstate="firing",namespace=~"$namespace",severity=~"critical|warning",alertname=~"${alertNames.join('|')}"}) or vector(0)`,
          },
          { thresholds: { warn: 1, bad: 3 } },
        ),
      ],
    },
    {
      title: 'Traffic',
      panels: [
        panel('lines', 'Requests', 'reqps', 'Prediction requests by service. The gateway counts those of all tasks.', {
          '{{service}}': asked('service'),
        }),
        panel(
          'lines',
          'Invalid inputs',
          'reqps',
          'Requests refused for what they sent, by service and problem code. A client that was released lately is the usual cause.',
          { '{{service}} {{code}}': perSecond(shown('invalid_input_requests_total', chosenService), 'service, code') },
        ),
        panel(
          'lines',
          'Failed',
          'reqps',
          '5xx responses, by service and status.',
          { '{{service}}': orZero(asked('service', 'status=~"5.."'), asked('service')) },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
      ],
    },
    {
      title: 'Speed and room',
      panels: [
        panel(
          'lines',
          'Latency at the gateway',
          's',
          'Latency quantiles, from the first byte of a request to the end of its response. HighLatency: p95 over 1 s for 5 minutes.',
          { p50: quantile(0.5, duration, '', ...atTheDoor), p95: quantile(0.95, duration, '', ...atTheDoor), p99: quantile(0.99, duration, '', ...atTheDoor) },
          { thresholds: { warn: 0.5, bad: 1 } },
        ),
        panel(
          'lines',
          'p95 by service',
          's',
          'Where the slow one is.',
          { '{{service}}': quantile(0.95, duration, 'service', chosenService, predicts) },
          { thresholds: { warn: 0.5, bad: 1 } },
        ),
        panel(
          'lines',
          'Saturation',
          'percentunit',
          'How full the queues before the models are. QueueSaturated: over 80 % for 2 minutes.',
          {
            '{{service}} {{version}}': `max by (service, version) (${shown('inference_queue_depth', chosenService, chosenVersion)} / ${shown('inference_queue_limit_rows', chosenService, chosenVersion)})`,
          },
          { thresholds: { warn: 0.5, bad: 0.8 }, max: 1 },
        ),
        panel('lines', 'In flight', 'short', 'Predictions in flight.', {
          '{{service}}': `sum by (service) (${shown('inference_in_flight', chosenService)})`,
        }),
        panel(
          'lines',
          'Turned away',
          'reqps',
          'Requests refused for the state of a service: full queue, starting, lost worker, deadline.',
          { '{{service}} {{reason}}': perSecond(shown('requests_rejected_total', chosenService), 'service, reason') },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
        panel(
          'lines',
          'Error budgets',
          'short',
          'Speed at which each objective spends its budget over an hour: 1 uses it up in exactly 30 days; above 14.4 AvailabilityBurn or LatencyBurn fires.',
          { '{{slo}}': recorded(burnRate('1h')) },
          { thresholds: { warn: 1, bad: 14.4 } },
        ),
      ],
    },
    {
      title: 'Versions',
      panels: [
        panel('lines', 'Predictions by version', 'reqps', 'Prediction requests per version.', {
          '{{service}} {{version}}': `${versionRequests}{namespace=~"$namespace",${chosenService},${chosenVersion}}`,
        }),
        panel(
          'lines',
          'Failed by version',
          'percentunit',
          'Share of predictions of a version that failed. ErrorRatioHigh: over 5 %. VersionFailsMore: 2 % more than the best other version.',
          { '{{service}} {{version}}': `${versionErrors}{namespace=~"$namespace",${chosenService},${chosenVersion}}` },
          { thresholds: { warn: 0.01, bad: 0.05 }, max: 1 },
        ),
        panel(
          'lines',
          'Slow by version',
          'percentunit',
          'Share of predictions of a version that took longer than the latency objective of their kind. VersionSlower: 10 % more than the best other version.',
          { '{{service}} {{version}}': `${versionSlow}{namespace=~"$namespace",${chosenService},${chosenVersion}}` },
          { thresholds: { warn: 0.01, bad: 0.1 }, max: 1 },
        ),
        panel(
          'bars',
          'Weights',
          'percentunit',
          'Share of each version in the requests that leave it open, as configured at the gateway.',
          {
            '{{service}} {{version}}': `max by (service, version) (${shown('version_weight', chosenService, chosenVersion)}) / on (service) group_left () sum by (service) (max by (service, version) (${shown('version_weight', chosenService)}))`,
          },
          { max: 1 },
        ),
        panel(
          'bars',
          'Drift alarms in a day',
          'short',
          'Drift alarms per version. DataDriftDetected fires on each.',
          { '{{service}} {{version}}': `sum by (service, version) (increase(${shown('data_drift_detected_total', chosenService, chosenVersion)}[1d]))` },
          { thresholds: { warn: 1, bad: 5 } },
        ),
        panel(
          'table',
          'Models',
          'short',
          'The model that is loaded as each version, by the hash of its file.',
          { model: `max by (service, version, model) (${shown('model_info', chosenService, chosenVersion)})` },
          { width: 24 },
        ),
      ],
    },
  ],
};
