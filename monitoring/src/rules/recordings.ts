import type { Pace } from '../pace.ts';
import { kindNames } from '../../../packages/contracts/src/index.ts';
import { bound, byVersion, orZero, predicts, predictsVersion, select, servedTasks } from '../selectors.ts';
import { fastSeconds } from '../slo/objectives.ts';
import type { Recording } from './rule.ts';

export const p95 = 'service:http_request_duration_seconds:p95_5m';
export const versionRequests = 'version:http_requests:rate5m';
export const versionErrors = 'version:http_errors:ratio_rate5m';
export const versionSlow = 'version:http_slow:ratio_rate5m';

/** What several panels and alerts ask for. */
export function recordService(pace: Pace): Recording[] {
  const window = pace('5m');
  const versionTotal = byVersion(`rate(${select('http_requests_total', predictsVersion)}[${window}])`);
  const versionFailed = byVersion(`rate(${select('http_requests_total', predictsVersion, 'status=~"5.."')}[${window}])`);
  return [
    {
      record: p95,
      expr: `histogram_quantile(0.95, sum by (namespace, service, le) (rate(${select('http_request_duration_seconds_bucket', predicts)}[${window}])))`,
    },
    { record: versionRequests, expr: versionTotal },
    { record: versionErrors, expr: `${orZero(versionFailed, versionTotal)} / (${versionTotal} > 0)` },
    ...kindNames.map((kind) => {
      const answered = [predictsVersion, 'status=~"2.."'];
      const all = byVersion(`rate(${select('http_request_duration_seconds_count', ...answered)}[${window}])`);
      const fast = byVersion(`rate(${select('http_request_duration_seconds_bucket', ...answered, bound(fastSeconds(kind)))}[${window}])`);
      return { record: versionSlow, expr: `1 - ${fast} / (${all} > 0) and on (namespace, service) ${servedTasks(pace, kind)}`, labels: { kind }, kind };
    }),
  ];
}
