import { z } from 'zod';
import { digitPngBase64 } from './examples.ts';
import { imageBodies, imageItem, imageProblems } from './image-body.ts';
import type { TaskContract } from './task-contract.ts';
import { classTruth } from './truth.ts';

const times = {
  inference_time_seconds: z.number().nonnegative().describe('Seconds in the model, waiting for it left out.'),
  timestamp: z.iso.datetime(),
};

const answer = z.object({
  predicted_digit: z.number().int().min(0).max(9),
  confidence: z.number().min(0).max(1),
  all_probabilities: z.record(z.string(), z.number()),
  rejected: z.boolean().describe('True where the image shows something else than one digit; `predicted_digit` is the best guess.'),
  reject_reason: z.enum(['several-digits']).nullable().describe('null unless `rejected`.'),
  warnings: z.array(z.string()).optional().describe('Warnings about this prediction; absent if there are none.'),
  ...times,
});

export type DigitAnswer = z.infer<typeof answer>;

const digitsRead = z.object({
  text: z.string().describe('All digits, such as `42`; lines are separated by line feeds.'),
  lines: z.array(z.string()).describe('The digits of each line, from the top.'),
  digits: z
    .array(
      z.object({
        digit: z.number().int().min(0).max(9),
        confidence: z.number().min(0).max(1),
        bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).describe('x1, y1, x2, y2 in pixels of the upright image (EXIF orientation applied).'),
        probabilities: z.record(z.string(), z.number()),
        rejected: z.boolean().describe('Always false without a calibrated threshold.'),
      }),
    )
    .describe('Up to 100 digits, line by line from the top, each line from the left.'),
  ...times,
});

export type DigitsRead = z.infer<typeof digitsRead>;

export const digitContract = {
  task: 'digit',
  kind: 'digit',
  port: 8082,
  latencyObjectiveSeconds: 0.25,
  title: 'Digit',
  description: 'Classifies the handwritten digit in an image: drawing or photograph, dark or light ink, any size.',
  body: imageBodies(z.object({}), digitPngBase64),
  item: imageItem(z.object({})),
  itemExample: { image: digitPngBase64 },
  oipExample: { inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [digitPngBase64] }] },
  answer,
  transcription: { summary: 'Read every digit of an image, left to right, line by line', answer: digitsRead },
  truth: classTruth.extend({ label: z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) }),
  truthExample: { label: '7' },
  ensemble: 'the mean of their probabilities',
  problems: [...imageProblems, 'blank-image'],
} as const satisfies TaskContract;
