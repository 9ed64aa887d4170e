import { panel, type DashboardSpec, type Row } from './panel.ts';
import { chosenVersion, mean, perSecond, quantile, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const mine = 'service="detection"';

/** One version in a column of its own, so that two can be compared by eye. */
function column(version: 'v1' | 'v2'): Row['panels'] {
  const own = [mine, `version="${version}"`];
  const quantiles = (metric: string): Record<string, string> => ({ p50: quantile(0.5, metric, '', ...own), p95: quantile(0.95, metric, '', ...own) });
  const total = perSecond(shown('object_detection_requests_total', ...own), 'status');
  return [
    panel('lines', `${version}: requests`, 'reqps', `What ${version} was asked, by what became of it.`, { '{{status}}': total }, { width: 8 }),
    panel('lines', `${version}: time of a detection`, 's', 'Decoding and waiting included.', quantiles('object_detection_request_duration_seconds'), {
      width: 8,
      thresholds: { warn: 0.5, bad: 1 },
    }),
    panel(
      'lines',
      `${version}: time in the model`,
      's',
      'The run alone: it grows with load on the cores, not with the queue.',
      quantiles('object_detection_inference_duration_seconds'),
      { width: 8 },
    ),
  ];
}

export const detection: DashboardSpec = {
  uid: 'facet-detection',
  title: 'Facet / Detection',
  description: 'v1 beside v2, what is found, and whether pictures still look like those that the models know.',
  variables: ['namespace', 'version'],
  rows: [
    ...taskRows('detection'),
    { title: 'v1 and v2 side by side', panels: [...column('v1'), ...column('v2')] },
    {
      title: 'Objects and drift',
      panels: [
        panel(
          'stacked',
          'Objects by class',
          'short',
          'The ten classes that are found most often, objects a second.',
          { '{{class}}': `topk(10, ${perSecond(shown('predicted_classes_total', mine), 'class')})` },
          { width: 12 },
        ),
        panel(
          'lines',
          'Mean confidence',
          'percentunit',
          'Of the objects found. It falls before anything else does when pictures change.',
          { '{{version}}': mean('prediction_confidence_ratio', 'version', mine, chosenVersion) },
          { width: 12, max: 1 },
        ),
      ],
    },
  ],
};
