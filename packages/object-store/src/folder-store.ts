import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ObjectStore, StoredObject } from './object-store.ts';

const partial = '.partial';
/** What file systems without hard links answer. */
const linkless = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK']);

/** A store in a folder; one file an object. */
export class FolderStore implements ObjectStore {
  readonly location: string;

  /** @param folder made when something is first put there */
  constructor(folder: string) {
    this.location = resolve(folder);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#write(key, bytes, rename);
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    try {
      // A link, unlike a rename, fails where there is a file.
      await this.#write(key, bytes, async (draft, path) => {
        await link(draft, path).catch((error: NodeJS.ErrnoException) => {
          if (!linkless.has(error.code ?? '')) throw error;
          return copyFile(draft, path, constants.COPYFILE_EXCL);
        });
        await rm(draft);
      });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async #write(key: string, bytes: Uint8Array, settle: (draft: string, path: string) => Promise<void>): Promise<void> {
    const path = this.#path(key);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomBytes(6).toString('hex')}${partial}`;
    try {
      await writeFile(draft, bytes);
      await settle(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async get(key: string): Promise<Buffer | undefined> {
    return readFile(this.#path(key)).catch(nothingWhenAbsent);
  }

  async *list(prefix = '', after = ''): AsyncIterable<StoredObject> {
    const entries = (await readdir(this.location, { recursive: true, withFileTypes: true }).catch(nothingWhenAbsent)) ?? [];
    const keys = entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(partial))
      .map((entry) => relative(this.location, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
      .filter((key) => key.startsWith(prefix) && key > after)
      .toSorted();
    for (const key of keys) {
      const found = await stat(this.#path(key)).catch(nothingWhenAbsent);
      if (found) yield { key, bytes: found.size, modifiedAt: found.mtime };
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  async close(): Promise<void> {}

  /** @throws {RangeError} for a key that would leave the folder */
  #path(key: string): string {
    const path = resolve(this.location, key);
    if (!path.startsWith(this.location + sep)) throw new RangeError(`not a key of this store: ${JSON.stringify(key)}`);
    return path;
  }
}

function nothingWhenAbsent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
  throw error;
}
