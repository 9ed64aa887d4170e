import { field, json, portField, type Config } from '@facet/config';
import { actions } from '@facet/contracts';
import { inferenceFields } from '@facet/serving';
import { z } from 'zod';

export const gestureFields = {
  port: portField(8081),
  ...inferenceFields,
  actions: field({
    env: 'GESTURE_ACTIONS',
    schema: json(z.record(z.string(), z.enum(actions)), 'a JSON object from gesture names to up, down, left or right'),
    fallback: '{"like":"up","dislike":"down","four":"right","three":"left"}',
    doc: 'What each gesture means to a game, by the name of its class.',
  }),
};

export type GestureConfig = Config<typeof gestureFields>;
