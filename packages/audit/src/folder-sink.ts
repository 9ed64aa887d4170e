import { mkdir, open, readdir, readFile, rename, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditSink, ChainEnd } from './audit-sink.ts';
import { forgetPersonal, parseLine, sha256 } from './record.ts';

const pattern = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

interface DayFile {
  readonly day: string;
  readonly handle: FileHandle;
  /** Up to where all is whole. */
  size: number;
}

/** Files of JSON lines in a folder, one a day; the chain runs on from one to the next. */
export class FolderSink implements AuditSink {
  readonly location: string;
  readonly #today: () => string;
  #file: DayFile | undefined;

  constructor(folder: string, today: () => string = () => new Date().toISOString().slice(0, 10)) {
    this.location = folder;
    this.#today = today;
  }

  async open(): Promise<ChainEnd | undefined> {
    await mkdir(this.location, { recursive: true });
    const files = await this.#files();
    let torn: ChainEnd['torn'];
    for (const name of files.toReversed()) {
      const path = join(this.location, name);
      const bytes = await readFile(path);
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) {
        // A write was cut off: no record was promised yet, so the piece goes, and the chain says that it was there.
        torn = { bytes: bytes.length - whole, sha256: sha256(bytes.subarray(whole)) };
        await truncate(path, whole);
      }
      if (whole === 0) continue;
      const start = bytes.lastIndexOf(0x0a, whole - 2) + 1;
      const { record, hash } = parseLine(bytes.toString('utf8', start, whole - 1));
      return { chain: record.chain, seq: record.seq, hash, ...(torn && { torn }) };
    }
    return undefined;
  }

  async append(lines: readonly string[]): Promise<void> {
    const file = await this.#fileOfToday();
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      let written = 0;
      while (written < bytes.length) written += (await file.handle.write(bytes, written, bytes.length - written, file.size + written)).bytesWritten;
      file.size += bytes.length;
    } catch (error) {
      // A full disk takes a part: it must not stay, for the same lines come again.
      await file.handle.truncate(file.size).catch(() => undefined);
      throw error;
    }
  }

  async forget(before: Date): Promise<void> {
    const lastDay = before.toISOString().slice(0, 10);
    for (const name of await this.#files()) {
      // A day is forgotten when all of it is old enough.
      if (name.slice(0, 10) >= lastDay) return;
      const path = join(this.location, name);
      const text = await readFile(path, 'utf8');
      const forgotten = text
        .split('\n')
        .map((line) => (line === '' ? line : forgetPersonal(line)))
        .join('\n');
      if (forgotten === text) continue;
      await writeFile(`${path}.partial`, forgotten);
      await rename(`${path}.partial`, path);
    }
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.location)).filter((name) => pattern.test(name)).toSorted();
  }

  async #fileOfToday(): Promise<DayFile> {
    const day = this.#today();
    if (this.#file?.day === day) return this.#file;
    await this.close();
    const path = join(this.location, `${day}.jsonl`);
    // Written by position, so that what a failed write left can be taken away; only this process writes here.
    const handle = await open(path, 'a').then(async (made) => {
      await made.close();
      return open(path, 'r+');
    });
    this.#file = { day, handle, size: (await handle.stat()).size };
    return this.#file;
  }
}
