import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command.ts';
import { showBytes } from '../show-bytes.ts';
import { timedOut } from './http.ts';
import type { Download } from './source.ts';

const progressEveryMs = 5000;
/** Longest silence of a server during a download. */
const silenceMs = 60_000;

interface SaveOptions {
  /** For messages. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  readonly silenceMs?: number;
}

/** The next value of an iteration, unless it takes too long. */
async function nextWithin<T>(iterator: AsyncIterator<T>, limitMs: number, signal: AbortSignal): Promise<IteratorResult<T> | 'silent'> {
  const done = new AbortController();
  const silence = sleep(limitMs, 'silent' as const, { signal: AbortSignal.any([done.signal, signal]) });
  try {
    return await Promise.race([iterator.next(), silence]);
  } finally {
    done.abort();
    silence.catch(() => undefined);
  }
}

/**
 * Writes a download to a new file, with its progress every few seconds.
 *
 * @returns the file's sha256 and its length
 * @throws {CommandError} when it is larger than allowed or than announced, cut short, or too slow; the caller removes the file
 */
export async function saveDownload(
  download: Download,
  path: string,
  { name, maxBytes, signal, note, silenceMs: limitMs = silenceMs }: SaveOptions,
): Promise<{ sha256: string; bytes: number }> {
  const { bytes: announced, body } = download;
  requireSize(name, announced, maxBytes);
  const most = Math.min(maxBytes, announced ?? maxBytes);
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  const iterator = body[Symbol.asyncIterator]();
  let bytes = 0;
  let nextProgress = Date.now() + progressEveryMs;
  try {
    for (;;) {
      const next = await nextWithin(iterator, limitMs, signal);
      if (next === 'silent') throw new CommandError(`${name}: no data for ${limitMs / 1000} s; try again later.`);
      if (next.done) break;
      bytes += next.value.length;
      if (bytes > most)
        throw new CommandError(most === maxBytes ? tooLarge(name, maxBytes) : `${name}: expected ${most.toLocaleString('en')} bytes as announced, found more.`);
      hash.update(next.value);
      await file.writeFile(next.value);
      if (Date.now() >= nextProgress) {
        nextProgress = Date.now() + progressEveryMs;
        note(`${name}: ${showBytes(bytes)}${announced === undefined ? '' : ` of ${showBytes(announced)}, ${Math.floor((100 * bytes) / announced)} %`} …`);
      }
    }
  } catch (error) {
    download.cancel();
    if (error instanceof CommandError) throw error;
    if (signal.aborted) throw timedOut(name);
    throw new CommandError(`${name}: the connection broke after ${bytes.toLocaleString('en')} bytes; try again.`);
  } finally {
    await file.close();
  }
  if (announced !== undefined && bytes !== announced)
    throw new CommandError(`${name}: expected ${announced.toLocaleString('en')} bytes as announced, found ${bytes.toLocaleString('en')}.`);
  return { sha256: hash.digest('hex'), bytes };
}

/** @throws {CommandError} when an announced size is over the limit */
export function requireSize(name: string, announced: number | undefined, maxBytes: number): void {
  if (announced !== undefined && announced > maxBytes) throw new CommandError(tooLarge(name, maxBytes, announced));
}

function tooLarge(name: string, maxBytes: number, found?: number): string {
  return `${name}: expected at most ${maxBytes.toLocaleString('en')} bytes (--max-bytes), found ${found?.toLocaleString('en') ?? 'more'}.`;
}
