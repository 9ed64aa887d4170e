import { z } from 'zod';
import { parsed, type Value } from './parsed.ts';

interface Range {
  min?: number;
  max?: number;
}

function describe({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}

function inRange(value: number, { min = -Infinity, max = Infinity }: Range): boolean {
  return Number.isFinite(value) && value >= min && value <= max;
}

export function text(): Value<string> {
  return z.string();
}

export function number(range: Range = {}): Value<number> {
  return parsed(`a number${describe(range)}`, (raw) => (inRange(Number(raw), range) ? Number(raw) : undefined));
}

export function whole(range: Range = {}): Value<number> {
  return parsed(`a whole number${describe(range)}`, (raw) => (/^-?\d+$/.test(raw) && inRange(Number(raw), range) ? Number(raw) : undefined));
}

/** Milliseconds, plain or with a unit: `1500`, `1500ms`, `10s`, `2m`. */
export function milliseconds(range: Range = {}): Value<number> {
  const units = { ms: 1, s: 1000, m: 60_000 };
  return parsed(`a time such as 1500ms, 10s or 2m${describe(range)} ms`, (raw) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(raw);
    if (!match) return undefined;
    const value = Number(match[1]) * units[(match[2] ?? 'ms') as keyof typeof units];
    return inRange(value, range) ? value : undefined;
  });
}

/** Bytes, plain or with a unit: `1048576`, `512KiB`, `10MiB`. */
export function bytes(range: Range = {}): Value<number> {
  const units = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
  return parsed(`a size such as 1048576, 512KiB or 10MiB${describe(range)}`, (raw) => {
    const match = /^(\d+)(KiB|MiB|GiB)?$/.exec(raw);
    if (!match) return undefined;
    const value = Number(match[1]) * (match[2] ? units[match[2] as keyof typeof units] : 1);
    return inRange(value, range) ? value : undefined;
  });
}

export function flag(): Value<boolean> {
  const words: Record<string, boolean> = { true: true, '1': true, yes: true, on: true, false: false, '0': false, no: false, off: false };
  return parsed('true or false', (raw) => words[raw.toLowerCase()]);
}

export function choice<const T extends string>(options: readonly T[]): Value<T> {
  return parsed(`one of ${options.join(', ')}`, (raw) => options.find((option) => option === raw.toLowerCase()));
}

/** Words divided by commas, each one of the options when there are any. */
export function list<const T extends string>(options?: readonly T[]): Value<readonly T[]> {
  return parsed(options ? `words divided by commas, each one of ${options.join(', ')}` : 'words divided by commas', (raw) => {
    const words = raw.split(',').map((word) => word.trim()) as T[];
    return words.every((word) => word !== '' && (!options || options.includes(word))) && new Set(words).size === words.length ? words : undefined;
  });
}

/** The name of a version: `v1`, `v2` and so on. */
export const versionPattern = /^v[1-9]\d{0,8}$/;

/** Versions, divided by commas. */
export function versions(): Value<readonly string[]> {
  return parsed('versions such as v1,v2, each once', (raw) => {
    const names = raw.split(',').map((name) => name.trim());
    return names.every((name) => versionPattern.test(name)) && new Set(names).size === names.length ? names : undefined;
  });
}

/** Names of hosts, divided by commas. */
export function hostNames(): Value<readonly string[]> {
  return parsed('names of hosts such as app.example.org, without scheme and port, divided by commas', (raw) => {
    const names = raw.split(',').map((name) => name.trim().toLowerCase());
    return names.every((name) => /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(name)) ? names : undefined;
  });
}

/** Names of headers, divided by commas. */
export function headerNames(): Value<readonly string[]> {
  return parsed('names of headers, divided by commas', (raw) => {
    const names = raw.split(',').map((name) => name.trim().toLowerCase());
    return names.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)) ? names : undefined;
  });
}

/** A sha256 in hexadecimal digits, perhaps with `sha256:` before it. */
export function sha256(): Value<string> {
  return parsed('64 hexadecimal digits', (raw) => /^(?:sha256:)?([0-9a-f]{64})$/i.exec(raw)?.[1]?.toLowerCase());
}

/** A JSON document that fits a schema. */
export function json<T>(schema: z.ZodType<T>, expected: string): Value<T> {
  return parsed(expected, (raw) => {
    try {
      const result = schema.safeParse(JSON.parse(raw));
      return result.success ? result.data : undefined;
    } catch {
      return undefined;
    }
  });
}

/** Shares by name, as `v1=80,v2=20` or `{"v1":80,"v2":20}`: not negative, and not all 0. */
export function weights(): Value<Readonly<Record<string, number>>> {
  return parsed('shares such as v1=80,v2=20, none negative and not all 0', (raw) => {
    const pairs: [string, number][] = [];
    for (const part of raw.replace(/[{}"\s]/g, '').split(',')) {
      const [, version = '', share] = /^(\w+)[=:](\d+(?:\.\d+)?)$/.exec(part) ?? [];
      if (!versionPattern.test(version)) return undefined;
      pairs.push([version, Number(share)]);
    }
    const shares = Object.fromEntries(pairs);
    const sum = pairs.reduce((total, [, share]) => total + share, 0);
    return sum > 0 && Object.keys(shares).length === pairs.length ? shares : undefined;
  });
}
