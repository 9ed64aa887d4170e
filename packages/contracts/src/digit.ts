import { z } from 'zod';
import { digitPngBase64 } from './examples.ts';
import { imageBodies, imageItem, imageProblems } from './image-body.ts';
import type { TaskContract } from './task-contract.ts';
import { classTruth } from './truth.ts';

const answer = z.object({
  predicted_digit: z.number().int().min(0).max(9),
  confidence: z.number().min(0).max(1),
  all_probabilities: z.record(z.string(), z.number()),
  inference_time_seconds: z.number().nonnegative().describe('Seconds in the model, waiting for it left out.'),
  timestamp: z.iso.datetime(),
});

export type DigitAnswer = z.infer<typeof answer>;

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
  truth: classTruth.extend({ label: z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) }),
  truthExample: { label: '7' },
  ensemble: 'the mean of their probabilities',
  problems: [...imageProblems, 'blank-image'],
} as const satisfies TaskContract;
