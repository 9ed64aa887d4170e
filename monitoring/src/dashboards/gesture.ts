import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

export const gesture: DashboardSpec = {
  uid: 'facet-gesture',
  title: 'Facet / Gesture',
  description: 'Gesture tasks: predicted gestures, control actions, invalid hands.',
  variables: ['namespace', 'service', 'version'],
  tasks: 'gesture',
  rows: [
    ...taskRows('gesture'),
    {
      title: 'Gestures',
      panels: [
        panel(
          'stacked',
          'Predictions by gesture',
          'reqps',
          'Predicted gestures. One that dominates indicates a stuck camera or model drift.',
          { '{{service}} {{gesture}}': perSecond(shown('predicted_gesture_count', chosenService), 'service, gesture') },
          { width: 12 },
        ),
        panel(
          'lines',
          'Actions',
          'reqps',
          'Control actions: up, down, left, right, or none.',
          { '{{service}} {{action}}': perSecond(shown('gesture_actions_total', chosenService), 'service, action') },
          { width: 6 },
        ),
        panel(
          'lines',
          'Missing landmarks',
          'short',
          'Missing landmarks per second: a hand that leaves the frame, or an incomplete client.',
          { '{{service}}': perSecond(shown('missing_landmarks_total', chosenService), 'service') },
          { width: 6, thresholds: { warn: 1, bad: 10 } },
        ),
      ],
    },
  ],
};
