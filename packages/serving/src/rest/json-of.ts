import { invalidFields } from '@facet/contracts';
import type { Received } from '@facet/http';
import type { z } from 'zod';

/**
 * A JSON body as its schema has it.
 *
 * @param absent stands for a body that was not sent
 * @throws {Problem} `invalid-field`, with a fault for everything that is wrong
 */
export function jsonOf<T>(schema: z.ZodType<T>, received: Received | undefined, absent?: unknown): T {
  const result = schema.safeParse(received?.kind === 'json' ? received.value : absent);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues);
}
