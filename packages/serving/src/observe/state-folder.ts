import type { StateStore } from '@facet/drift';
import type { Log } from '@facet/telemetry';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** States as files of a folder, each replaced whole; where the folder cannot be written, they stay in memory, which is said once. */
export class StateFolder implements StateStore {
  readonly #folder: string | undefined;
  readonly #log: Log;
  #hasWarned = false;

  constructor(folder: string, log: Log) {
    this.#folder = folder === 'none' ? undefined : folder;
    this.#log = log;
  }

  async read(key: string): Promise<string | undefined> {
    return this.#folder === undefined ? undefined : readFile(join(this.#folder, key), 'utf8').catch(() => undefined);
  }

  async write(key: string, text: string): Promise<void> {
    if (this.#folder === undefined) return;
    const path = join(this.#folder, key);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(`${path}.partial`, text);
      await rename(`${path}.partial`, path);
      this.#hasWarned = false;
    } catch (error) {
      if (!this.#hasWarned) this.#log.warn({ folder: this.#folder, reason: String(error) }, 'states cannot be kept and stay in memory');
      this.#hasWarned = true;
    }
  }
}
