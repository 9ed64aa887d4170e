import { choice, field, frameFields, portField } from '@facet/config';
import { gestureContract } from '@facet/contracts';
import { inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';

export const gestureFields = {
  port: portField(gestureContract.port),
  ...taskFields('gesture'),
  ...inferenceFields,
  ...frameFields,
  rejectedAction: field({
    env: 'GESTURE_REJECTED_ACTION',
    schema: choice(['keep', 'none']),
    fallback: 'keep',
    doc: 'Action for a hand rejected as `no_gesture`: `keep` the action of the nearest gesture, or `none`. One genuine hand in twenty is rejected.',
  }),
};

export type GestureConfig = TaskConfig<typeof gestureFields>;
