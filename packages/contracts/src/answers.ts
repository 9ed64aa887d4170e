import type { ProblemCode } from '@facet/problem';
import type { z } from 'zod';
import type { Answer } from './operation.ts';

/** What may be wrong with any body that is received. */
export const bodyProblems: readonly ProblemCode[] = [
  'malformed-json',
  'json-too-deep',
  'json-too-large',
  'malformed-request',
  'unsupported-content-type',
  'body-too-large',
  'request-timeout',
  'invalid-field',
];

/** An answer in JSON. */
export function json(description: string, schema: z.ZodType): Answer {
  return { description, content: { 'application/json': { schema } } };
}
