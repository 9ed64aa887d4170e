import { Problem } from '@facet/problem';
import { z } from 'zod';

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

/** What options are called elsewhere. */
const aliases: Readonly<Record<string, string>> = {
  confidence: 'conf_threshold',
  conf: 'conf_threshold',
  confidence_threshold: 'conf_threshold',
  iou: 'iou_threshold',
};

/**
 * Options by the names of a schema, which their aliases stand for where the name itself is not given. A schema without options has all ignored.
 *
 * @throws {Problem} `invalid-field` for names that it does not have
 */
function byOwnNames({ shape }: z.ZodObject, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(shape);
  if (names.length === 0) return {};
  const options: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const own = Object.hasOwn(shape, name) ? name : Object.hasOwn(aliases, name) ? aliases[name]! : '';
    if (!Object.hasOwn(shape, own)) unknown.push(name);
    else if (own === name || !Object.hasOwn(given, own)) options[own] = value;
  }
  if (unknown.length === 0) return options;
  const message = `unknown option; the options are ${names.join(', ')}`;
  throw invalidFields(unknown.map((name) => ({ code: 'custom', path: [name], message, input: undefined })));
}

/**
 * Validates options, given as JSON or read {@link fromTexts}.
 *
 * @param before options that were validated already, and those of others among them; what is given wins
 * @throws {Problem} `invalid-field`, with a fault for every field that is wrong or unknown
 */
export function optionsOf<T>(schema: z.ZodType<T>, given: Readonly<Record<string, unknown>>, before: Readonly<Record<string, unknown>> = {}): T {
  const isEmpty = Object.keys(given).length === 0 && Object.keys(before).length === 0;
  if (isEmpty && usual.has(schema)) return usual.get(schema) as T;
  const result = schema.safeParse({ ...before, ...(schema instanceof z.ZodObject ? byOwnNames(schema, given) : given) });
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
