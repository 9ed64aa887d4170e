import { z } from 'zod';
import { distributionOf, type Distribution } from './distribution.ts';
import type { Feature, Row } from './feature.ts';

const distribution = z
  .object({
    n: z.number().int().positive(),
    values: z.array(z.number()).min(1),
    counts: z.array(z.number().int().positive()).min(1),
  })
  .refine(({ values, counts }) => values.length === counts.length && values.every((value, index) => index === 0 || values[index - 1]! < value), {
    message: 'values must ascend, each with its count',
  })
  .refine(({ n, counts }) => counts.reduce((sum, count) => sum + count, 0) === n, { message: 'counts must add up to n' });

const reliability = z.array(z.object({ confidence: z.number().min(0).max(1), accuracy: z.number().min(0).max(1), n: z.number().int().positive() }));

/** `reference.json` beside a model: what its inputs and answers look like when all is well. Numbers only; no data is in it. */
export const referenceSchema = z.object({
  format: z.literal(1),
  task: z.string(),
  version: z.string(),
  /** Of the model that answered. */
  sha256: z.string().optional(),
  /** Where the numbers are from, for people. */
  source: z.string(),
  command: z.string().optional(),
  created: z.string(),
  samples: z.number().int().positive(),
  features: z.record(z.string(), distribution),
  /** Bins by confidence: upper bound and the share of right answers, from labelled data; for the estimate of accuracy. */
  reliability: reliability.optional(),
});

export type Reference = z.infer<typeof referenceSchema>;
export type Reliability = z.infer<typeof reliability>;

/**
 * Summarises rows as a reference.
 *
 * @param about all but the numbers
 */
export function referenceOf(features: readonly Feature[], rows: readonly Row[], about: Omit<Reference, 'format' | 'samples' | 'features'>): Reference {
  const entries = features.flatMap(({ name }, column): [string, Distribution][] => {
    const summary = distributionOf(rows.map((row) => row[column]!));
    return summary.n === 0 ? [] : [[name, summary]];
  });
  return { format: 1, ...about, samples: rows.length, features: Object.fromEntries(entries) as Reference['features'] };
}

/**
 * Reads a reference.
 *
 * @throws {Error} one sentence that names the fault
 */
export function parseReference(text: string, where: string): Reference {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`the reference is not JSON: ${where}`, { cause });
  }
  const result = referenceSchema.safeParse(json);
  if (result.success) return result.data;
  throw new Error(`the reference ${where} is invalid: ${result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
}
