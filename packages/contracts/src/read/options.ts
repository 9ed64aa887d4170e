import { Problem } from '@facet/problem';
import type { z } from 'zod';

/**
 * What the texts of a form or a query say: numbers and truth values are read from them, the rest is left to a schema to refuse; a name that
 * comes more than once has a list, which no option takes.
 */
export function fromTexts(entries: Iterable<readonly [name: string, text: string]>): Record<string, unknown> {
  const byName = new Map<string, unknown>();
  for (const [name, text] of entries) {
    const known = byName.get(name);
    if (Array.isArray(known)) known.push(text);
    else byName.set(name, byName.has(name) ? [known, text] : fromText(text));
  }
  return Object.fromEntries(byName);
}

/** Longer texts are no number that an option takes. */
const maxNumberLength = 64;

function fromText(text: string): unknown {
  if (text.length <= maxNumberLength && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** What a schema makes of nothing: most requests bring no options. */
const usual = new WeakMap<z.ZodType, unknown>();

/**
 * Validates options, given as JSON or read {@link fromTexts}.
 *
 * @throws {Problem} `invalid-field`, with a fault for every field that is wrong
 */
export function optionsOf<T>(schema: z.ZodType<T>, given: Readonly<Record<string, unknown>>): T {
  const isEmpty = Object.keys(given).length === 0;
  if (isEmpty && usual.has(schema)) return usual.get(schema) as T;
  const result = schema.safeParse(given);
  if (result.success) {
    if (isEmpty) usual.set(schema, Object.freeze(result.data));
    return result.data;
  }
  throw invalidFields(result.error.issues);
}

/**
 * The problem that a schema's issues come to, with a fault for each of the first 32. A message may repeat what the client sent, such as a
 * thousand unknown names, and is cut.
 */
export function invalidFields(issues: readonly z.core.$ZodIssue[]): Problem {
  const errors = issues.slice(0, 32).map(({ path, message }) => ({
    pointer: path.length > 0 ? `/${path.join('/')}`.slice(0, 200) : '',
    detail: message.slice(0, 200),
  }));
  return new Problem('invalid-field', errors.map(({ pointer, detail }) => `${pointer.slice(1) || 'body'}: ${detail}`).join('; '), { errors });
}
