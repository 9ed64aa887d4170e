import { z } from 'zod';
import { stamp } from './common.ts';
import type { TaskContract } from './task-contract.ts';
import { hand } from './examples.ts';
import { actions, streamOperation } from './gesture-stream.ts';
import { classTruth } from './truth.ts';

/** HaGRID's 18 classes, in the models' order. */
export const gestures = [
  'call',
  'dislike',
  'fist',
  'four',
  'like',
  'mute',
  'ok',
  'one',
  'palm',
  'peace',
  'peace_inverted',
  'rock',
  'stop',
  'stop_inverted',
  'three',
  'three2',
  'two_up',
  'two_up_inverted',
] as const;

const depth = z.number().nullish().describe('Not used.');
const point = z.object({ x: z.number(), y: z.number(), z: depth });
const triple = z.array(z.number().nullable()).min(2).max(3).describe('x, y and perhaps z, which may be null');
const flat = [
  z.array(z.number().nullable()).length(63).describe('x, y, z of each point in a row'),
  z.array(z.number()).length(42).describe('x, y of each point in a row'),
] as const;
const oneHand = z.union([z.array(z.union([point, triple])).length(21), ...flat]);
const row = z
  .record(z.string(), z.unknown())
  .describe('A flat row, as it may also stand without a name, or a hand with its points in `landmark` or `keypoints`');
const hands = z
  .array(z.union([oneHand, row, z.unknown()]))
  .min(1)
  .describe('Hands, of which the one with the highest score in `handedness` is read, or the first');
const points = z.union([oneHand, hands, row]);

const image = z
  .object({ width: z.number().positive(), height: z.number().positive() })
  .describe(
    'Size of the frame in pixels. Give it when coordinates are normalised by it (0 to 1), as MediaPipe gives them; those in pixels are read as pixels.',
  );

const alias = (of: string) => z.union([points, z.unknown()]).optional().describe(`${of}; read where there are no \`landmarks\`.`);

const body = z
  .object({
    landmarks: points.optional().describe("21 points in MediaPipe's order, the wrist first; in pixels, or normalised by the frame's size."),
    multiHandLandmarks: alias("MediaPipe's name in JavaScript"),
    multi_hand_landmarks: alias("MediaPipe's older name in Python, whose hands hold their points in `landmark`"),
    hand_landmarks: alias("MediaPipe Tasks' name in Python"),
    handLandmarks: alias("MediaPipe Tasks' name in other languages"),
    right_hand_landmarks: alias("Holistic's name; also `left_hand_landmarks`, and both in camel case"),
    keypoints: alias("TensorFlow.js' name; also `keypoints3D`"),
    image: image.nullish(),
    handedness: z.unknown().optional().describe("Handedness and score of each hand as MediaPipe's APIs give them, also under their other names."),
  })
  .catchall(z.unknown())
  .describe('One hand or several. Besides `landmarks` also a flat row `{x1, y1, z1, …, x21, y21, z21}`, which may begin with `x0`.');

/** What a request may choose. */
const gestureOptions = z.object({
  hands: z
    .enum(['one', 'all'], 'expected one or all')
    .default('one')
    .describe('`all` returns a prediction for each of up to 8 hands, in `hands`. By default only the hand with the highest score is classified.'),
});

/** A frame of `/stream`, as a client sends it. */
export const streamFrame = body.extend({
  seq: z.number().int().nonnegative().optional(),
  landmarks: points.nullable().optional().describe('null where no hand is seen.'),
});

export type StreamFrame = z.input<typeof streamFrame>;

const noGesture = z
  .object({
    score: z.number().min(0).max(1).describe('How little the hand looks like any known gesture; 0.5 lies at the threshold that the manifest calibrated.'),
    rejected: z.boolean().describe('True above 0.5: the hand is taken for none of the gestures, whatever `gesture` names as the nearest.'),
  })
  .describe('Absent for a model whose manifest has no calibrated threshold.');

const oneAnswer = z.object({
  gesture: z.string(),
  gesture_id: z.number().int(),
  confidence: z.number().min(0).max(1),
  probabilities: z.record(z.string(), z.number()),
  action: z
    .enum(actions)
    .nullable()
    .describe('What the gesture means to a game, by `TASK_<TASK>_ACTIONS`; null also for a rejected hand, unless `GESTURE_REJECTED_ACTION` is `keep`.'),
  rejected: z.boolean().describe('True where the hand is taken for none of the gestures; `gesture` names the nearest. False without a calibrated threshold.'),
  reject_reason: z.enum(['no-gesture']).nullable().describe('null unless `rejected`.'),
  no_gesture: noGesture.optional(),
});

const answer = oneAnswer.extend({
  hands: z
    .array(oneAnswer.extend({ handedness: z.string().nullable().describe('As the request says it, such as `Left`; null where it does not.') }))
    .optional()
    .describe('With `hands=all`: a prediction for each hand, the one with the highest score first.'),
  warnings: z.array(z.string()).optional().describe('What was assumed, such as the aspect ratio of the frame; absent where nothing was.'),
  ...stamp,
});

export type GestureAnswer = z.infer<typeof answer>;

export const gestureContract = {
  task: 'gesture',
  kind: 'gesture',
  port: 8081,
  latencyObjectiveSeconds: 0.1,
  chartValues: { actions: z.record(z.string(), z.enum(actions)) },
  title: 'Gesture',
  description: 'Which of 18 hand gestures 21 landmarks show, and what it means to a game.',
  body: { 'application/json': { schema: body, examples: { like: hand } } },
  // A batch of 64 hands, each number with all its digits, is a quarter of it.
  bodyMaxBytes: 1024 ** 2,
  item: body,
  itemExample: hand,
  query: gestureOptions,
  oipExample: { inputs: [{ name: 'landmarks', shape: [1], datatype: 'BYTES', data: [JSON.stringify(hand)] }] },
  answer,
  truth: classTruth,
  truthExample: { label: 'like' },
  ensemble: 'the mean of their probabilities',
  plain: 'The bare action (`up`), or an empty line.',
  problems: ['missing-landmarks', 'invalid-landmarks', 'invalid-field'],
  stream: streamOperation,
} as const satisfies TaskContract;
