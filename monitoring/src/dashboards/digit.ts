import { panel, type DashboardSpec } from './panel.ts';
import { perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const mine = 'service="digit"';

export const digit: DashboardSpec = {
  uid: 'facet-digit',
  title: 'Facet / Digit',
  description: 'Which digits are read, and how surely.',
  variables: ['namespace', 'version'],
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
          { '{{digit}}': perSecond(shown('predicted_digit_count', mine), 'digit') },
          { width: 16 },
        ),
        panel('bars', 'Digits in an hour', 'short', 'The same as counts.', {
          '{{digit}}': `sum by (digit) (increase(${shown('predicted_digit_count', mine)}[1h]))`,
        }),
      ],
    },
  ],
};
