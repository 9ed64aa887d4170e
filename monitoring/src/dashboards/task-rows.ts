import type { Kind } from '../../../packages/contracts/src/index.ts';
import { orZero, predictsVersion } from '../selectors.ts';
import { fastSeconds } from '../slo/objectives.ts';
import { panel, type Row } from './panel.ts';
import { chosenService, chosenVersion, mean, perSecond, quantile, shown } from './query.ts';

/** What is asked of every task of a kind: how much, how fast, how sure, how changed. */
export function taskRows(kind: Kind): Row[] {
  const asked = (...more: readonly string[]): string => perSecond(shown('model_predictions_total', chosenService, chosenVersion, ...more), 'service, version');
  const duration = 'http_request_duration_seconds';
  const byRoute = (q: number): string => quantile(q, duration, 'service, route', chosenService, predictsVersion, 'route=~"/($version)/predict"');
  const grown = (metric: string): string => `sum by (service, version) (increase(${shown(metric, chosenService, chosenVersion)}[1h]))`;
  return [
    {
      title: 'Requests',
      panels: [
        panel('lines', 'Predictions by version', 'reqps', 'Items of batches count each.', { '{{service}} {{version}}': asked() }),
        panel(
          'lines',
          'Not predicted',
          'reqps',
          'Predictions that ended in a problem, the client’s or ours.',
          { '{{service}} {{version}}': orZero(asked('status="error"'), asked()) },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
        panel(
          'lines',
          'Latency',
          's',
          `p50 and p95 by route; the objective is ${fastSeconds(kind)} s.`,
          { 'p50 {{service}} {{route}}': byRoute(0.5), 'p95 {{service}} {{route}}': byRoute(0.95) },
          { thresholds: { warn: fastSeconds(kind) / 2, bad: fastSeconds(kind) } },
        ),
      ],
    },
    {
      title: 'Confidence, drift, samples',
      panels: [
        panel(
          'lines',
          'Confidence',
          'percentunit',
          'Mean and 10th percentile of confidence.',
          {
            'mean {{service}} {{version}}': mean('prediction_confidence_ratio', 'service, version', chosenService, chosenVersion),
            'p10 {{service}} {{version}}': quantile(0.1, 'prediction_confidence_ratio', 'service, version', chosenService, chosenVersion),
          },
          { max: 1 },
        ),
        panel(
          'lines',
          'Drift alarms in an hour',
          'short',
          'Drift alarms; GET /drift/status lists the features.',
          { '{{service}} {{version}}': grown('data_drift_detected_total') },
          { thresholds: { warn: 1, bad: 3 } },
        ),
        panel('lines', 'Uncertain samples in an hour', 'short', 'Predictions kept for learning because the model was not sure.', {
          '{{service}} {{version}}': grown('active_learning_samples_total'),
        }),
      ],
    },
  ];
}
