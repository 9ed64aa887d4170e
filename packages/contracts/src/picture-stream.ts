import { z } from 'zod';
import { problemBody } from './common.ts';
import type { Operation } from './operation.ts';
import { streamManners, streamQuery } from './stream-rules.ts';

const frame = z.number().int().nonnegative().describe('Index of the image in the stream, from 0.');

const hello = z
  .object({ type: z.literal('hello'), request_id: z.string(), version: z.string(), model: z.string(), max_frames_per_second: z.number() })
  .describe('Comes first, once.');

const refusal = z.object({ type: z.literal('problem'), frame, problem: problemBody }).describe('An invalid image; the stream stays open.');

export type PictureHello = z.infer<typeof hello>;
export type PictureRefusal = z.infer<typeof refusal>;

/** What each answer of a stream says besides the prediction. */
export interface PictureAnswer {
  readonly type: 'answer';
  readonly frame: number;
  readonly dropped: number;
  readonly stages: Readonly<Record<string, number>>;
}

interface PictureStreamParts<Options extends z.ZodRawShape, Found extends z.ZodRawShape> {
  /** Of the kind. */
  readonly tag: string;
  /** What comes out, in a word or two. */
  readonly gives: string;
  /** Those of one picture; in the query of the stream they hold for all of it. */
  readonly options: z.ZodObject<Options>;
  readonly answer: z.ZodObject<Found>;
}

/** The stream of a kind that takes pictures: pictures in, what each shows out. */
export function pictureStream<Options extends z.ZodRawShape, Found extends z.ZodRawShape>({
  tag,
  gives,
  options,
  answer: found,
}: PictureStreamParts<Options, Found>) {
  const answer = found
    .extend({
      type: z.literal('answer'),
      frame,
      dropped: z.number().int().nonnegative().describe('Number of earlier images replaced by newer ones while queued.'),
      stages: z.record(z.string(), z.number()).describe('Milliseconds in each stage.'),
    })
    .describe('One message per image that was not replaced by a newer one.');
  const operation = {
    id: 'stream',
    method: 'get',
    path: '/stream',
    tag,
    summary: `WebSocket: images in, ${gives} out`,
    description:
      'Send each image as one binary message; the query options apply to the whole stream. One image is processed and one is queued, ' +
      `and a newer one takes the place of that which waits. What comes back is described below the status 101, a JSON text each. ${streamManners}`,
    query: options.extend(streamQuery.shape),
    answers: {
      101: {
        description: 'The stream is open; its messages are these.',
        content: { 'application/json': { schema: z.discriminatedUnion('type', [hello, answer, refusal]) } },
      },
    },
    problems: ['upgrade-required', 'origin-refused', 'unknown-version', 'invalid-field', 'starting', 'too-many-streams'],
  } as const satisfies Operation;
  return operation;
}
