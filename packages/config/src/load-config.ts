import type { z } from 'zod';
import { versionPattern } from './values.ts';

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
  /** Older names of the variable, which hold where it is not set. */
  readonly aliases?: readonly string[];
  /** One variable a version, `<VERSION>` in the name standing for `V1`, `V2` …; the value is a record by version. */
  readonly isByVersion?: true;
}

export type Fields = Readonly<Record<string, Field>>;

export type Config<F extends Fields> = Readonly<{ [K in keyof F]: F[K] extends Field<infer T> ? T : never }>;

interface FieldOptions<T> {
  env: string;
  schema: z.ZodType<T, string>;
  doc: string;
  secret?: boolean;
  aliases?: readonly string[];
}

/** Declares a setting; one without a fallback may be absent. */
export function field<T>(options: FieldOptions<T> & { fallback: string }): Field<T>;
export function field<T>(options: FieldOptions<T>): Field<T | undefined>;
export function field<T>(options: FieldOptions<T> & { fallback?: string }): Field<T | undefined> {
  const { env, schema, doc, fallback, secret = false, aliases } = options;
  return { env, schema, doc, fallback, secret, ...(aliases && { aliases }) };
}

/**
 * Declares a setting that every version has for itself, such as `MODEL_V2_PATH`; versions without one are not in the record.
 *
 * @param options.env with `<VERSION>` where the version stands
 */
export function fieldByVersion<T>(options: FieldOptions<T>): Field<Readonly<Record<string, T>>> {
  return { ...field(options), isByVersion: true } as unknown as Field<Readonly<Record<string, T>>>;
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
  const read = (variable: string, raw: string, { schema, secret }: Field): unknown => {
    const result = schema.safeParse(raw);
    if (result.success) return result.data;
    faults.push(`${variable}${secret ? '' : `=${shown(raw)}`}: ${result.error.issues.map((i) => i.message).join('; ')}`);
    return undefined;
  };
  const isSet = (variable: string): boolean => (env[variable] ?? '').trim() !== '';
  for (const [name, declared] of Object.entries(fields)) {
    const { env: main, aliases = [], fallback, isByVersion } = declared;
    if (isByVersion) {
      const byVersion: Record<string, unknown> = {};
      // The main name comes last, and wins.
      for (const pattern of [...aliases.toReversed(), main]) {
        for (const [version, variable] of variablesByVersion(pattern, env))
          if (isSet(variable)) byVersion[version] = read(variable, env[variable]!.trim(), declared);
      }
      values[name] = byVersion;
      continue;
    }
    const variable = [main, ...aliases].find(isSet);
    const raw = variable === undefined ? fallback : env[variable]!.trim();
    values[name] = raw === undefined ? undefined : read(variable ?? main, raw, declared);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(values) as Config<F>;
}

/** The variables of an environment that fit a name with `<VERSION>` in it, by version. */
function variablesByVersion(pattern: string, env: Readonly<Record<string, string | undefined>>): [version: string, variable: string][] {
  const [before, after] = pattern.split('<VERSION>') as [string, string];
  return Object.keys(env).flatMap((variable): [string, string][] => {
    if (!variable.startsWith(before) || !variable.endsWith(after)) return [];
    const version = variable.slice(before.length, variable.length - after.length).toLowerCase();
    return versionPattern.test(version) ? [[version, variable]] : [];
  });
}

/** A text for a report, without the user and password that an address may hold. */
function shown(raw: string): string {
  return JSON.stringify(raw.replace(/:\/\/.*@/s, '://***@'));
}
