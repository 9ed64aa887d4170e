import { ConfigError } from '@facet/config';
import { taskName } from '@facet/contracts';
import type { Log } from '@facet/telemetry';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { hashKey, sameHash } from './api-key.ts';
import type { Identity } from './identity.ts';

const scopes = z.array(z.union([z.enum(['*', 'admin']), taskName], 'expected the name of a task, * or admin')).min(1);

/** What a file keeps of one key. */
export const keyEntry = z.strictObject({
  id: z.string().regex(/^[\w.@-]{1,64}$/, 'expected 1 to 64 letters, digits or any of . _ @ -'),
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits, as `npm run keys` prints'),
  scopes,
  ratePerSecond: z.number().positive().optional(),
  burst: z.int().min(1).optional(),
  quotaPerDay: z.int().min(1).optional(),
  concurrency: z.int().min(1).optional(),
  expires: z.iso.datetime().optional(),
});

const schema = z.strictObject({ keys: z.array(keyEntry) }).superRefine(({ keys }, context) => {
  for (const field of ['id', 'hash'] as const) {
    const seen = new Set<string>();
    for (const [index, key] of keys.entries()) {
      if (seen.has(key[field])) context.addIssue({ code: 'custom', path: ['keys', index, field], message: 'is there twice' });
      seen.add(key[field]);
    }
  }
});

interface Known extends Omit<Identity, 'isCurrent'> {
  readonly hash: string;
  readonly expiresAt: number;
}

/** @throws {Error} one sentence that names every fault, and no hash */
function parse(text: string): Map<string, Known> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Error('it is not JSON', { cause });
  }
  const result = schema.safeParse(document);
  if (!result.success) throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`).join('; '));
  return new Map(
    result.data.keys.map(({ id, hash, scopes: may, expires, ...limits }) => [
      hash,
      { id, hash, scopes: new Set(may), limits, expiresAt: expires === undefined ? Infinity : Date.parse(expires) },
    ]),
  );
}

interface KeyFileOptions {
  readonly path: string;
  /** Tasks that are served; a scope of another is kept, and said. */
  readonly tasks: readonly string[];
  readonly log: Log;
  readonly pollMs?: number;
}

/**
 * API keys in a file that may change at any time, usually a mounted Secret. It is polled: a Secret changes by a swap of symlinks, which
 * file watchers miss.
 */
export class KeyFile {
  readonly #options: KeyFileOptions;
  #keys: ReadonlyMap<string, Known> = new Map();
  #seen = '';
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: KeyFileOptions) {
    this.#options = options;
  }

  /**
   * Reads the file, and again whenever it changes; a change that cannot be used is logged, and the keys stay as they were.
   *
   * @throws {ConfigError} when it cannot be used to begin with
   */
  static async open(options: KeyFileOptions): Promise<KeyFile> {
    const file = new KeyFile(options);
    try {
      await file.#read();
    } catch (error) {
      throw new ConfigError([`API_KEYS_FILE=${JSON.stringify(options.path)}: ${(error as Error).message}`]);
    }
    file.#poll();
    return file;
  }

  /** Whose key this is; undefined for one that is unknown or has expired. */
  find(key: string, now = Date.now()): Identity | undefined {
    const hash = hashKey(key);
    const known = this.#known(hash, now);
    return known && { ...known, isCurrent: () => this.#known(hash, Date.now()) !== undefined };
  }

  #known(hash: string, now: number): Known | undefined {
    // The table is looked up by hash: what its timing could tell is the hash of a guess, and that leads to no key.
    const known = this.#keys.get(hash);
    return known && sameHash(known.hash, hash) && now < known.expiresAt ? known : undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #poll(): void {
    const { path, log, pollMs = 1000 } = this.#options;
    this.#timer = setTimeout(() => {
      this.#read()
        .catch((error: unknown) => log.error({ path, detail: (error as Error).message }, 'the key file is invalid; keeping the current keys'))
        .finally(() => this.#poll());
    }, pollMs).unref();
  }

  async #read(): Promise<void> {
    const { path, tasks, log } = this.#options;
    const { ino, mtimeMs, size } = await stat(path).catch(() => ({ ino: 0, mtimeMs: 0, size: 0 }));
    const seen = `${ino} ${mtimeMs} ${size}`;
    if (seen === this.#seen) return;
    const isFirst = this.#seen === '';
    this.#seen = seen;
    this.#keys = parse(await readFile(path, 'utf8'));
    const unserved = new Set<string>();
    for (const { scopes: may } of this.#keys.values())
      for (const scope of may) if (scope !== '*' && scope !== 'admin' && !tasks.includes(scope)) unserved.add(scope);
    if (unserved.size > 0) log.warn({ path, scopes: [...unserved] }, 'the key file contains scopes of tasks that are not served');
    if (!isFirst) log.info({ keys: this.#keys.size }, 'API keys reloaded');
  }
}
