import { fastSeconds } from '../slo/objectives.ts';
import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, chosenVersion, mean, perSecond, quantile, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const chosen = [chosenService, chosenVersion];
const quantiles = (metric: string): Record<string, string> => ({
  'p50 {{service}} {{version}}': quantile(0.5, metric, 'service, version', ...chosen),
  'p95 {{service}} {{version}}': quantile(0.95, metric, 'service, version', ...chosen),
});
const fast = fastSeconds('detection');

export const detection: DashboardSpec = {
  uid: 'facet-detection',
  title: 'Facet / Detection',
  description: 'Detection tasks: comparison of versions, detected objects, drift.',
  variables: ['namespace', 'service', 'version'],
  tasks: 'detection',
  rows: [
    ...taskRows('detection'),
    {
      title: 'Versions compared',
      panels: [
        panel('lines', 'Requests by status', 'reqps', 'Requests per version, by outcome.', {
          '{{service}} {{version}} {{status}}': perSecond(shown('object_detection_requests_total', ...chosen), 'service, version, status'),
        }),
        panel('lines', 'Time of a detection', 's', 'p50 and p95, decoding and waiting included.', quantiles('object_detection_request_duration_seconds'), {
          thresholds: { warn: fast / 2, bad: fast },
        }),
        panel(
          'lines',
          'Inference duration',
          's',
          'p50 and p95 of the run alone: it grows with load on the cores, not with the queue.',
          quantiles('object_detection_inference_duration_seconds'),
        ),
      ],
    },
    {
      title: 'Objects and drift',
      panels: [
        panel(
          'stacked',
          'Objects by class',
          'short',
          'The ten classes of each task that are found most often, objects a second.',
          { '{{service}} {{class}}': `topk by (service) (10, ${perSecond(shown('predicted_classes_total', chosenService), 'service, class')})` },
          { width: 12 },
        ),
        panel(
          'lines',
          'Mean confidence',
          'percentunit',
          'Confidence of detected objects. It falls first when the inputs drift.',
          { '{{service}} {{version}}': mean('prediction_confidence_ratio', 'service, version', ...chosen) },
          { width: 12, max: 1 },
        ),
      ],
    },
  ],
};
