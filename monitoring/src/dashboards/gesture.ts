import { panel, type DashboardSpec } from './panel.ts';
import { chosenService, perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

export const gesture: DashboardSpec = {
  uid: 'facet-gesture',
  title: 'Facet / Gesture',
  description: 'Tasks of the kind gesture: which gestures are seen, what games are told, which hands cannot be read.',
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
          'The mix of gestures. One that fills the picture is a stuck camera or a drifting model.',
          { '{{service}} {{gesture}}': perSecond(shown('predicted_gesture_count', chosenService), 'service, gesture') },
          { width: 12 },
        ),
        panel(
          'lines',
          'Actions',
          'reqps',
          'What games are told: up, down, left, right, or nothing.',
          { '{{service}} {{action}}': perSecond(shown('gesture_actions_total', chosenService), 'service, action') },
          { width: 6 },
        ),
        panel(
          'lines',
          'Missing landmarks',
          'short',
          'Landmarks a second that requests lacked: a hand that leaves the picture, or a client that sends too few.',
          { '{{service}}': perSecond(shown('missing_landmarks_total', chosenService), 'service') },
          { width: 6, thresholds: { warn: 1, bad: 10 } },
        ),
      ],
    },
  ],
};
