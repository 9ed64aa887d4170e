import { choice, field, frameFields, parsed, portField } from '@facet/config';
import { gestureContract } from '@facet/contracts';
import { inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';

/** Width by height, as a number or as `16:9`; undefined for `estimate`. */
const aspect = parsed<{ readonly aspect: number | undefined }>('`estimate`, or a ratio from 1:10 to 10:1 such as 16:9 or 1.78', (raw) => {
  if (raw.toLowerCase() === 'estimate') return { aspect: undefined };
  const match = /^(\d{1,5}(?:\.\d{1,5})?)(?:[:/](\d{1,5}(?:\.\d{1,5})?))?$/.exec(raw);
  const value = match ? Number(match[1]) / Number(match[2] ?? 1) : Number.NaN;
  return value >= 0.1 && value <= 10 ? { aspect: value } : undefined;
});

export const gestureFields = {
  port: portField(gestureContract.port),
  ...taskFields('gesture'),
  ...inferenceFields,
  ...frameFields,
  rejectedAction: field({
    env: 'GESTURE_REJECTED_ACTION',
    schema: choice(['keep', 'none']),
    fallback: 'none',
    doc: 'Action for a hand rejected as `no_gesture`: `none`, or `keep` the action of the nearest gesture. One genuine hand in twenty is rejected.',
  }),
  frame: field({
    env: 'GESTURE_FRAME_ASPECT',
    schema: aspect,
    fallback: 'estimate',
    doc: 'Aspect ratio of the frame (such as `16:9`) for normalised landmarks without `image`; `estimate` derives it from each hand.',
  }),
};

export type GestureConfig = TaskConfig<typeof gestureFields>;
