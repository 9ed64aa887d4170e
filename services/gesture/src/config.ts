import { field, json, portField, streamFields, whole, type Config } from '@facet/config';
import { actions } from '@facet/contracts';
import { inferenceFields } from '@facet/serving';
import { z } from 'zod';

export const gestureFields = {
  port: portField(8081),
  ...inferenceFields,
  ...streamFields,
  streamMaxFps: field({
    env: 'STREAM_MAX_FPS',
    schema: whole({ min: 1, max: 1000 }),
    fallback: '60',
    doc: 'Frames a second that one WebSocket gets answers to; what comes faster is dropped, oldest first.',
  }),
  actions: field({
    env: 'GESTURE_ACTIONS',
    schema: json(z.record(z.string(), z.enum(actions)), 'a JSON object from gesture names to up, down, left or right'),
    fallback: '{"like":"up","dislike":"down","four":"right","three":"left"}',
    doc: 'What each gesture means to a game, by the name of its class.',
  }),
};

export type GestureConfig = Config<typeof gestureFields>;
