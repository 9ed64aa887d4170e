import { z } from 'zod';

/** How the text of a variable is read. */
export type Value<T> = z.ZodType<T, string>;

/** A value by a function of its text, which gives nothing for a text that does not fit. */
export function parsed<T>(expected: string, parse: (raw: string) => T | undefined): Value<T> {
  return z.string().transform((raw, context) => {
    const value = parse(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}
