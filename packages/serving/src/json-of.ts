import type { Received } from '@facet/http';
import { Problem } from '@facet/problem';
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
  const errors = result.error.issues.slice(0, 32).map(({ path, message }) => ({ pointer: path.length > 0 ? `/${path.join('/')}` : '', detail: message }));
  throw new Problem('invalid-field', errors.map(({ pointer, detail }) => `${pointer.slice(1) || 'body'}: ${detail}`).join('; '), { errors });
}
