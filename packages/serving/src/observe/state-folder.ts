import type { StateStore } from '@facet/drift';
import { storageHealth, type Log, type StorageHealth } from '@facet/telemetry';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * States as files of a folder, each JSON and replaced whole; where the folder cannot be written, they stay in memory, which is said once.
 *
 * Several services may have the same folder: the last to write wins, and each file is one that somebody wrote.
 */
export class StateFolder implements StateStore {
  readonly #folder: string | undefined;
  readonly #log: Log;
  readonly #health: StorageHealth;

  constructor(folder: string, log: Log, health: StorageHealth = storageHealth('state')) {
    this.#folder = folder === 'none' ? undefined : folder;
    this.#log = log;
    this.#health = health;
  }

  /** What was kept last; what cannot be read, whatever broke it, is set aside and begun anew. */
  async read(key: string): Promise<string | undefined> {
    if (this.#folder === undefined) return undefined;
    const path = join(this.#folder, key);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      JSON.parse(text);
      return text;
    } catch (error) {
      await rename(path, `${path}.broken`).catch(() => undefined);
      this.#log.warn({ path: `${path}.broken`, reason: String(error) }, 'a state file cannot be read; renaming it');
      return undefined;
    }
  }

  async write(key: string, text: string): Promise<void> {
    if (this.#folder === undefined) return;
    const path = join(this.#folder, key);
    // A name of its own: two that write at once would mix theirs.
    const partial = `${path}.${randomUUID()}.partial`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(partial, text);
      await rename(partial, path);
      this.#health.succeeded();
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      if (this.#health.failed()) this.#log.warn({ folder: this.#folder, reason: String(error) }, 'state cannot be written; keeping it in memory');
    }
  }
}
