import { choice, field, frameFields, json, portField, taskBodyField, type Config } from '@facet/config';
import { actions } from '@facet/contracts';
import { inferenceFields } from '@facet/serving';
import { z } from 'zod';

export const gestureFields = {
  port: portField(8081),
  taskBodyMaxBytes: taskBodyField('gesture'),
  ...inferenceFields,
  ...frameFields,
  actions: field({
    env: 'GESTURE_ACTIONS',
    schema: json(z.record(z.string(), z.enum(actions)), 'a JSON object from gesture names to up, down, left or right'),
    fallback: '{"like":"up","dislike":"down","four":"right","three":"left"}',
    doc: 'What each gesture means to a game, by the name of its class.',
  }),
  rejectedAction: field({
    env: 'GESTURE_REJECTED_ACTION',
    schema: choice(['keep', 'none']),
    fallback: 'keep',
    doc: 'What a hand that `no_gesture` rejects does: `keep` the action of the nearest gesture, or `none`. One genuine hand in twenty is rejected.',
  }),
};

export type GestureConfig = Config<typeof gestureFields>;
