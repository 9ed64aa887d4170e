import { z } from 'zod';
import { problemBody } from './common.ts';
import type { Operation } from './operation.ts';
import { streamManners, streamQuery } from './stream-rules.ts';

/** What a gesture can mean to a game. */
export const actions = ['up', 'down', 'left', 'right'] as const;

export type Action = (typeof actions)[number];

const seq = z.number().int().nonnegative().nullable().describe('Of the frame, as the client numbered it; null where it did not.');
const share = z.number().min(0).max(1);

const hello = z
  .object({
    type: z.literal('hello'),
    request_id: z.string(),
    version: z.string(),
    model: z.string(),
    actions: z.record(z.string(), z.enum(actions)).describe('What each gesture means here.'),
    max_frames_per_second: z.number(),
  })
  .describe('Comes first, once.');

const answer = z
  .object({
    type: z.literal('answer'),
    seq,
    gesture: z.string().nullable().describe('What this frame shows; null without a hand.'),
    confidence: share,
    action: z.enum(actions).nullable().describe('The action that the hand holds, smoothed over frames.'),
    action_confidence: share.describe('Smoothed share of the gesture behind it.'),
    started: z.boolean().describe('The action begins with this frame.'),
    dropped: z.number().int().nonnegative().describe('Frames before this one that newer ones replaced while they waited.'),
    inference_time: z.number().nonnegative().describe('Seconds in the model.'),
  })
  .describe('One for every frame that was not replaced by a newer one.');

const refusal = z.object({ type: z.literal('problem'), seq, problem: problemBody }).describe('An invalid frame; the stream stays open.');

/** What the service says over `/stream`, one JSON text a message. */
export const streamMessage = z.discriminatedUnion('type', [hello, answer, refusal]);

export type StreamMessage = z.infer<typeof streamMessage>;

export const streamOperation = {
  id: 'stream',
  method: 'get',
  path: '/stream',
  tag: 'gesture',
  summary: 'WebSocket: landmarks in, smoothed actions out',
  description:
    'Send a frame as a JSON text: the body of `/predict`, with an optional `seq` that the response repeats, or with `"landmarks": null` if no hand is visible. ' +
    'A connection tracks one hand. Excess frames are dropped, oldest first; send the newest without waiting. ' +
    `What comes back is described below the status 101. ${streamManners}`,
  query: streamQuery,
  answers: { 101: { description: 'The stream is open; its messages are these.', content: { 'application/json': { schema: streamMessage } } } },
  problems: ['upgrade-required', 'origin-refused', 'unknown-version', 'invalid-field', 'starting', 'too-many-streams'],
} as const satisfies Operation;
