import { panel, type DashboardSpec } from './panel.ts';
import { perSecond, shown } from './query.ts';
import { taskRows } from './task-rows.ts';

const mine = 'service="gesture"';

export const gesture: DashboardSpec = {
  uid: 'facet-gesture',
  title: 'Facet / Gesture',
  description: 'Which gestures are seen, what games are told, which hands cannot be read.',
  variables: ['namespace', 'version'],
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
          { '{{gesture}}': perSecond(shown('predicted_gesture_count', mine), 'gesture') },
          { width: 12 },
        ),
        panel(
          'lines',
          'Actions',
          'reqps',
          'What games are told: up, down, left, right, or nothing.',
          { '{{action}}': perSecond(shown('gesture_actions_total', mine), 'action') },
          { width: 6 },
        ),
        panel(
          'lines',
          'Missing landmarks',
          'short',
          'Landmarks a second that requests lacked: a hand that leaves the picture, or a client that sends too few.',
          { landmarks: perSecond(shown('missing_landmarks_total', mine)) },
          { width: 6, thresholds: { warn: 1, bad: 10 } },
        ),
      ],
    },
  ],
};
