import type { z } from 'zod';

/** One setting: its environment variable, what it may hold, and what it is for. */
export interface Field<T = unknown> {
  readonly env: string;
  /** Reads the variable's text. */
  readonly schema: z.ZodType<T, string>;
  /** As it would be written in the environment; undefined makes the setting optional. */
  readonly fallback: string | undefined;
  /** One sentence for the configuration reference. */
  readonly doc: string;
  /** Never shown, not even in a report of faults. */
  readonly secret: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export type Config<F extends Fields> = Readonly<{ [K in keyof F]: F[K] extends Field<infer T> ? T : never }>;

interface FieldOptions<T> {
  env: string;
  schema: z.ZodType<T, string>;
  doc: string;
  secret?: boolean;
}

/** Declares a setting; one without a fallback may be absent. */
export function field<T>(options: FieldOptions<T> & { fallback: string }): Field<T>;
export function field<T>(options: FieldOptions<T>): Field<T | undefined>;
export function field<T>(options: FieldOptions<T> & { fallback?: string }): Field<T | undefined> {
  const { env, schema, doc, fallback, secret = false } = options;
  return { env, schema, doc, fallback, secret };
}

/** All that is wrong with an environment, one line a fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads every field from an environment; an empty variable counts as absent.
 *
 * @throws {ConfigError} naming every fault at once
 */
export function loadConfig<F extends Fields>(fields: F, env: Readonly<Record<string, string | undefined>>): Config<F> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, { env: variable, schema, fallback, secret }] of Object.entries(fields)) {
    const given = env[variable];
    const raw = given === undefined || given.trim() === '' ? fallback : given.trim();
    if (raw === undefined) {
      values[name] = undefined;
      continue;
    }
    const result = schema.safeParse(raw);
    if (result.success) values[name] = result.data;
    else faults.push(`${variable}${secret ? '' : `=${shown(raw)}`}: ${result.error.issues.map((i) => i.message).join('; ')}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(values) as Config<F>;
}

/** A text for a report, without the user and password that an address may hold. */
function shown(raw: string): string {
  return JSON.stringify(raw.replace(/:\/\/.*@/s, '://***@'));
}
