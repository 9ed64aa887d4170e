import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const classes = shown('predicted_classes_total', chosenService);

export const classification: DashboardSpec = {
  uid: 'facet-classification',
  title: 'Facet / Classification',
  description: 'Classification tasks: predicted classes and confidence.',
  variables: ['namespace', 'service', 'version'],
  tasks: 'classification',
  rows: [
    ...taskRows('classification'),
    {
      title: 'Classes',
      panels: [
        panel(
          'stacked',
          'Predictions by class',
          'reqps',
          'The ten classes of each task that are predicted most often. One that grows at the cost of the others indicates a change of the inputs or model drift.',
          { '{{service}} {{class}}': `topk by (service) (10, ${perSecond(classes, 'service, class')})` },
          { width: 16 },
        ),
        panel('bars', 'Classes in an hour', 'short', 'The same as counts.', {
          '{{service}} {{class}}': `topk by (service) (10, sum by (service, class) (increase(${classes}[1h])))`,
        }),
      ],
    },
  ],
};
