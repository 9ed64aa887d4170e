import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const digits = shown('predicted_digit_count', chosenService);

export const digit: DashboardSpec = {
  uid: 'facet-digit',
  title: 'Facet / Digit',
  description: 'Tasks of the kind digit: which digits are read, and how surely.',
  variables: ['namespace', 'service', 'version'],
  tasks: 'digit',
  rows: [
    ...taskRows('digit'),
    {
      title: 'Digits',
      panels: [
        panel(
          'stacked',
          'Predictions by digit',
          'reqps',
          'The mix of digits. Written digits are nearly even; house numbers and prices begin with 1.',
          { '{{service}} {{digit}}': perSecond(digits, 'service, digit') },
          { width: 16 },
        ),
        panel('bars', 'Digits in an hour', 'short', 'The same as counts.', {
          '{{service}} {{digit}}': `sum by (service, digit) (increase(${digits}[1h]))`,
        }),
      ],
    },
  ],
};
