import { orZero, predictsVersion, type Task } from '../selectors.ts';
import { fastSeconds } from '../slo/objectives.ts';
import { panel, type Row } from './panel.ts';
import { chosenVersion, mean, perSecond, quantile, shown } from './query.ts';

/** What is asked of every task: how much, how fast, how sure, how changed. */
export function taskRows(task: Task): Row[] {
  const mine = `service="${task}"`;
  const asked = (...more: readonly string[]): string => perSecond(shown('model_predictions_total', mine, chosenVersion, ...more), 'version');
  const duration = 'http_request_duration_seconds';
  const byRoute = (q: number): string => quantile(q, duration, 'route', mine, predictsVersion, 'route=~"/($version)/predict"');
  const grown = (metric: string): string => `sum by (version) (increase(${shown(metric, mine, chosenVersion)}[1h]))`;
  return [
    {
      title: 'Requests',
      panels: [
        panel('lines', 'Predictions by version', 'reqps', 'Items of batches count each.', { '{{version}}': asked() }),
        panel(
          'lines',
          'Not predicted',
          'reqps',
          'Predictions that ended in a problem, the client’s or ours.',
          { '{{version}}': orZero(asked('status="error"'), asked()) },
          { thresholds: { warn: 0.1, bad: 1 } },
        ),
        panel(
          'lines',
          'Latency',
          's',
          `p50 and p95 by route; the objective is ${fastSeconds[task]} s.`,
          { 'p50 {{route}}': byRoute(0.5), 'p95 {{route}}': byRoute(0.95) },
          { thresholds: { warn: fastSeconds[task] / 2, bad: fastSeconds[task] } },
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
          'Mean confidence, and the tenth of the answers that is least sure.',
          {
            'mean {{version}}': mean('prediction_confidence_ratio', 'version', mine, chosenVersion),
            'p10 {{version}}': quantile(0.1, 'prediction_confidence_ratio', 'version', mine, chosenVersion),
          },
          { max: 1 },
        ),
        panel(
          'lines',
          'Drift alarms in an hour',
          'short',
          'How often inputs or answers left the reference; GET /drift/status says which feature.',
          { '{{version}}': grown('data_drift_detected_total') },
          { thresholds: { warn: 1, bad: 3 } },
        ),
        panel('lines', 'Uncertain samples in an hour', 'short', 'Predictions kept for learning because the model was not sure.', {
          '{{version}}': grown('active_learning_samples_total'),
        }),
      ],
    },
  ];
}
