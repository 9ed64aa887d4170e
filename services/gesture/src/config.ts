import { choice, field, frameFields, json, portField } from '@facet/config';
import { actions, gestureContract } from '@facet/contracts';
import { inferenceFields, taskFields, type TaskConfig } from '@facet/serving/kind';
import { z } from 'zod';

export const gestureFields = {
  port: portField(gestureContract.port),
  ...taskFields('gesture'),
  ...inferenceFields,
  ...frameFields,
  actions: field({
    env: 'GESTURE_ACTIONS',
    schema: json(z.record(z.string(), z.enum(actions)), 'a JSON object from gesture names to up, down, left or right'),
    doc: 'What each gesture means to a game, by the name of its class; by default what `task.json` says, or `{"like":"up","dislike":"down","four":"right","three":"left"}`.',
  }),
  rejectedAction: field({
    env: 'GESTURE_REJECTED_ACTION',
    schema: choice(['keep', 'none']),
    fallback: 'keep',
    doc: 'What a hand that `no_gesture` rejects does: `keep` the action of the nearest gesture, or `none`. One genuine hand in twenty is rejected.',
  }),
};

export type GestureConfig = TaskConfig<typeof gestureFields>;
