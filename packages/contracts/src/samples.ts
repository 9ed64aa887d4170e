import type { ProblemCode } from '@facet/problem';
import { z } from 'zod';
import { bodyProblems, json } from './answers.ts';
import type { TaskContract } from './task-contract.ts';
import type { Operation } from './operation.ts';

/** How a sample is called: the version that saw it, the day, the id of the request. */
export const samplePattern = /^[a-z0-9]{1,16}\.\d{4}-\d{2}-\d{2}\.[\w.:-]{1,180}$/;

const id = z.string().regex(samplePattern, 'expected <version>.<yyyy-mm-dd>.<request id>').describe('Of the sample, as the list names it.');

/** The query of the list. */
export const samplesQuery = z.object({
  state: z.enum(['waiting', 'labelled'], 'expected waiting or labelled').default('waiting').describe('Samples that wait for a label, or that have one.'),
  limit: z
    .number('expected a whole number from 1 to 100')
    .int('expected a whole number from 1 to 100')
    .min(1, 'expected a whole number from 1 to 100')
    .max(100, 'expected a whole number from 1 to 100')
    .default(20)
    .describe('Maximum number of samples.'),
  after: id.optional().describe('Continue after this sample: `next` of the previous page.'),
});

const verdicts = ['accept', 'correct', 'discard'] as const;

/** Shapes of the calls about samples that one task has. */
export function sampleSchemas({ kind, truth, item }: Pick<TaskContract, 'kind' | 'truth' | 'item'>) {
  const sample = z.object({
    id,
    version: z.string().describe('Model version that made the guess.'),
    model: z.string().optional(),
    reason: z
      .enum(['uncertain', 'drifted', 'random', 'feedback'])
      .describe('Reason for collection: uncertainty, drift, random selection, or submission with a label.'),
    uncertainty: z.number().optional().describe('0 sure, 1 a guess.'),
    at: z.iso.datetime(),
    guess: truth.describe('What the model took it for.'),
    confidence: z.number().nullable(),
    truth: truth.optional().describe('The label, if the sample is labelled.'),
    labelled: z
      .object({ verdict: z.enum([...verdicts, 'feedback']), at: z.iso.datetime(), by: z.string().optional().describe('Who said so, where callers are known.') })
      .optional(),
  });
  return {
    sample,
    list: z.object({
      task: z.string(),
      kind: z.literal(kind).describe('How the task reads its input and what a label is made of, whatever the task is called.'),
      samples: z.array(sample),
      next: id.nullable().describe('Where the next page begins; null at the end.'),
      counts: z.object({ waiting: z.int(), labelled: z.int(), up_to: z.int() }).describe('How many there are; counting ends at `up_to`.'),
      labels: z.array(z.string()).describe('What a label may be.'),
    }),
    verdict: z.discriminatedUnion('verdict', [
      z.strictObject({ verdict: z.literal('accept'), replace: z.boolean().optional() }),
      z.strictObject({ verdict: z.literal('discard'), replace: z.boolean().optional() }),
      z.strictObject({
        verdict: z.literal('correct'),
        truth,
        replace: z.boolean().optional().describe('Overwrite an existing label; otherwise the request fails.'),
      }),
    ]),
    judged: z.object({ id, verdict: z.enum(verdicts), truth: truth.optional() }),
    feedback: z.strictObject({ input: item, truth }),
  };
}

export type ListedSample = z.infer<ReturnType<typeof sampleSchemas>['sample']>;
export type SampleList = z.infer<ReturnType<typeof sampleSchemas>['list']>;

export interface SampleOperations {
  readonly samples: Operation;
  readonly sampleInput: Operation;
  readonly sampleLabel: Operation;
  readonly sampleAdd: Operation;
}

const store: readonly ProblemCode[] = ['labelling-off', 'store-unavailable', 'deadline-exceeded', 'internal'];

/** The calls about samples to learn from that an inference service has. An administrator's, where callers are known. */
export function sampleOperations(contract: TaskContract): SampleOperations {
  const { task: tag } = contract;
  const { list, verdict, judged, feedback, sample } = sampleSchemas(contract);
  const params = z.object({ id });
  const isPicture = 'multipart/form-data' in contract.body;
  const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'application/octet-stream'];
  return {
    samples: {
      id: 'samples',
      method: 'get',
      access: 'admin',
      path: '/samples',
      tag,
      plane: 'operations',
      summary: 'Samples that wait for a label, or that have one, in the order in which they were kept',
      description: 'Open where `LABELLING` is on. Reads a page at a time; samples that cannot be read are left out.',
      query: samplesQuery,
      answers: { 200: json('A page of samples.', list) },
      problems: ['invalid-field', 'starting', ...store],
    },
    sampleAdd: {
      id: 'sampleAdd',
      method: 'post',
      path: '/samples',
      tag,
      plane: 'operations',
      summary: 'Adds an input with what it really shows: "that was wrong"',
      body: { 'application/json': { schema: feedback, examples: { right: { input: contract.itemExample, truth: contract.truthExample } } } },
      answers: { 201: json('The stored sample.', sample) },
      problems: [...new Set<ProblemCode>([...bodyProblems, ...contract.problems, 'overloaded', 'starting', 'worker-lost', 'samples-full', ...store])],
    },
    sampleInput: {
      id: 'sampleInput',
      method: 'get',
      access: 'admin',
      path: '/samples/{id}/input',
      tag,
      plane: 'operations',
      summary: 'What the model saw',
      params,
      answers: {
        200: {
          description: isPicture ? 'The original image.' : 'The landmarks, as `/predict` takes them.',
          content: isPicture ? Object.fromEntries(pictures.map((type) => [type, { schema: z.file() }])) : { 'application/json': { schema: contract.item } },
        },
      },
      problems: ['unknown-sample', ...store],
    },
    sampleLabel: {
      id: 'sampleLabel',
      method: 'post',
      path: '/samples/{id}/label',
      tag,
      plane: 'operations',
      summary: 'Says what a sample shows: the guess is right, something else is, or it is of no use',
      params,
      body: {
        'application/json': { schema: verdict, examples: { right: { verdict: 'accept' }, wrong: { verdict: 'correct', truth: contract.truthExample } } },
      },
      answers: { 200: json('The updated sample.', judged) },
      problems: [...bodyProblems, 'unknown-sample', 'already-labelled', 'starting', 'samples-full', ...store],
    },
  };
}
