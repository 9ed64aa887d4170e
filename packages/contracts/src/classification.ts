import { z } from 'zod';
import { stamp } from './common.ts';
import { digitPngBase64 } from './examples.ts';
import { imageBodies, imageItem, imageProblems } from './image-body.ts';
import { pictureStream } from './picture-stream.ts';
import type { TaskContract } from './task-contract.ts';
import { labelsTruth } from './truth.ts';

const range = 'expected a number from 0 to 1';
const count = 'expected a whole number from 1 to 1000';

/** What a request may tune; read from form fields, the query or JSON alike. */
export const classificationOptions = z.object({
  top_k: z.number(count).int(count).min(1, count).max(1000, count).default(5).describe('Most classes in `top`.'),
  threshold: z.number(range).min(0, range).max(1, range).default(0.5).describe('Minimum confidence of a label, for multi-label models; others ignore it.'),
});

export type ClassificationOptions = z.infer<typeof classificationOptions>;

const scored = z.object({ class_id: z.number().int(), class_name: z.string(), confidence: z.number().min(0).max(1) });

const answer = z.object({
  ...scored.shape,
  top: z.array(scored).describe('The best classes, best first: `top_k` of them, or all if there are fewer.'),
  labels: z
    .array(scored)
    .optional()
    .describe('All classes from `threshold` on, best first; only from multi-label models, whose confidences do not add up to 1.'),
  rejected: z.boolean().describe('True if the image is out of distribution, regardless of `class_name`. Always false without a calibrated threshold.'),
  reject_reason: z.enum(['not-in-classes']).nullable().describe('null unless `rejected`.'),
  ...stamp,
});

export type ClassificationAnswer = z.infer<typeof answer>;

const streamOperation = pictureStream({ tag: 'classification', gives: 'classes', options: classificationOptions, answer });

/** What the service says over its `/stream`, one JSON text a message. */
export type ClassificationStreamMessage = z.infer<(typeof streamOperation.answers)[101]['content']['application/json']['schema']>;

export const classificationContract = {
  task: 'classification',
  kind: 'classification',
  port: 8084,
  latencyObjectiveSeconds: 0.5,
  title: 'Classification',
  description: 'Which of its classes an image shows.',
  body: imageBodies(classificationOptions, digitPngBase64),
  item: imageItem(classificationOptions),
  itemExample: { image: digitPngBase64, top_k: 3 },
  oipExample: { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [digitPngBase64] }] },
  query: classificationOptions,
  answer,
  truth: labelsTruth,
  truthExample: { label: 'daisy' },
  ensemble: 'the mean of their probabilities',
  problems: imageProblems,
  stream: streamOperation,
} as const satisfies TaskContract;
