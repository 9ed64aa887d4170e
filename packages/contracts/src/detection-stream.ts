import { z } from 'zod';
import { problemBody } from './common.ts';
import type { Operation } from './operation.ts';
import { streamManners, streamQuery } from './stream-rules.ts';

const frame = z.number().int().nonnegative().describe('Which of the pictures that were sent, counted from 0.');

const hello = z
  .object({ type: z.literal('hello'), request_id: z.string(), version: z.string(), model: z.string(), max_frames_per_second: z.number() })
  .describe('Comes first, once.');

const refusal = z.object({ type: z.literal('problem'), frame, problem: problemBody }).describe('A picture that cannot be read; the stream goes on.');

/** The stream of a detector: pictures in, what each shows out. */
export function detectionStream<Options extends z.ZodRawShape, Found extends z.ZodRawShape>(options: z.ZodObject<Options>, found: z.ZodObject<Found>) {
  const answer = found
    .extend({
      type: z.literal('answer'),
      frame,
      dropped: z.number().int().nonnegative().describe('Pictures before this one that newer ones replaced while they waited.'),
      stages: z.record(z.string(), z.number()).describe('Milliseconds in each stage.'),
    })
    .describe('One for every picture that was not replaced by a newer one.');
  const operation = {
    id: 'stream',
    method: 'get',
    path: '/stream',
    tag: 'detection',
    summary: 'WebSocket: pictures in, detections out',
    description:
      'Send each picture as one binary message; the options are those of the query, for the whole stream. One picture is in work and one waits, ' +
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
