import { close, fstat, mkdir, mkdirSync, open, openSync, stat, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { storageHealth, type StorageHealth } from './storage-health.ts';

export interface LogDestinationOptions {
  /** File to append to; standard output without one. */
  readonly file?: string | undefined;
  /** Lines are gathered into pieces of about this length: a system call a line would cost as much as a small model. */
  readonly pieceLength: number;
  /** Makes a log line of a message about the log itself. */
  readonly line: (level: 'error' | 'warn', message: string, fields: Readonly<Record<string, unknown>>) => string;
  readonly health?: StorageHealth;
  /** Lines that wait while nothing can be written, at most. */
  readonly maxQueuedBytes?: number;
}

const stdout = 1;
const stderr = 2;
const gatherMs = 100;
const rotationCheckMs = 5000;
const firstRetryMs = 250;
const maxRetryMs = 5000;
/** A pipe whose reader is slow is tried again this often before it counts as failing. */
const busyRetries = 20;
const busyRetryMs = 50;
/** Whoever reads a pipe may have stopped reading; a process that ends does not wait for it. */
const maxFlushMs = 2000;
/** Another handle on the file does not make room on its disk; it may mend everything else. */
const needsRoom = new Set(['ENOSPC', 'EDQUOT', 'EAGAIN']);

/**
 * Where log lines go. A disk that is full or broken never blocks or ends the process: lines wait in bounded memory, further ones are
 * dropped and counted, standard error gets one warning, and writing goes on when it succeeds again.
 *
 * A file that a log rotation has moved away is opened anew, at `reopen()` or within seconds.
 */
export class LogDestination {
  readonly #options: LogDestinationOptions;
  readonly #health: StorageHealth;
  readonly #maxQueuedBytes: number;
  readonly #timers: readonly NodeJS.Timeout[];
  #fd: number | undefined;
  #gathered = '';
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #wantsReopen = false;
  #busyTries = 0;
  #retryMs = firstRetryMs;
  #retryTimer: NodeJS.Timeout | undefined;
  #droppedLines = 0;
  #hasSaidMoved = false;
  #flushed: (() => void)[] = [];

  constructor(options: LogDestinationOptions) {
    this.#options = options;
    const { file, health = storageHealth('log'), maxQueuedBytes = 4 * 1024 ** 2 } = options;
    this.#health = health;
    this.#maxQueuedBytes = maxQueuedBytes;
    const gathering = setInterval(() => this.#handOn(), gatherMs).unref();
    if (file === undefined) {
      this.#fd = stdout;
      this.#timers = [gathering];
      return;
    }
    try {
      mkdirSync(dirname(file), { recursive: true });
      this.#fd = openSync(file, 'a');
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
    this.#timers = [gathering, setInterval(() => this.#followRotation(file), rotationCheckMs).unref()];
  }

  write(text: string): boolean {
    if (this.#gathered.length + text.length > this.#options.pieceLength) this.#handOn();
    this.#gathered += text;
    return true;
  }

  /** Calls back when all has been written, or cannot be for now. */
  flush(callback: () => void = () => undefined): void {
    this.#flushed.push(callback);
    setTimeout(() => this.#settleFlushes(), maxFlushMs).unref();
    this.#handOn();
    if (this.#retryTimer !== undefined) this.#retry();
    else this.#next();
  }

  /** For a process that ends at once: writes what can be written without waiting for longer than a moment. */
  flushSync(): void {
    this.#handOn();
    if (this.#fd === undefined) return;
    // The first is on its way already.
    const rest = this.#isWriting ? this.#queue.splice(1) : this.#queue.splice(0);
    try {
      for (const piece of rest) for (let at = 0; at < piece.length;) at += writeSync(this.#fd, piece, at);
    } catch {
      // Nothing is left that could be done about it.
    }
  }

  /** Opens the file of that name again: after a log rotation it is another. */
  reopen(): void {
    if (this.#options.file === undefined) return;
    this.#handOn();
    this.#wantsReopen = true;
    this.#next();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#retryTimer);
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined && fd !== stdout) close(fd, () => undefined);
  }

  #handOn(): void {
    if (this.#gathered === '') return;
    const piece = Buffer.from(this.#gathered);
    this.#gathered = '';
    if (this.#queuedBytes + piece.length > this.#maxQueuedBytes) {
      this.#droppedLines += piece.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 0);
      return;
    }
    this.#queue.push(piece);
    this.#queuedBytes += piece.length;
    this.#next();
  }

  #next(): void {
    if (this.#isWriting || this.#retryTimer !== undefined) return;
    if (this.#wantsReopen) {
      this.#open();
      return;
    }
    const [piece] = this.#queue;
    if (piece === undefined || this.#fd === undefined) {
      this.#settleFlushes();
      return;
    }
    this.#isWriting = true;
    write(this.#fd, piece, (error, length) => {
      this.#isWriting = false;
      if (error) this.#failWrite(error);
      else this.#wrote(piece, length);
    });
  }

  #wrote(piece: Buffer, length: number): void {
    if (length > 0) {
      this.#queuedBytes -= length;
      if (length === piece.length) this.#queue.shift();
      else this.#queue[0] = piece.subarray(length);
      this.#busyTries = 0;
      // Part of a piece may be what still fitted on a full disk.
      if (length === piece.length) this.#recover();
    }
    this.#next();
  }

  #recover(): void {
    this.#retryMs = firstRetryMs;
    if (!this.#health.succeeded()) return;
    const note = Buffer.from(this.#options.line('warn', 'log lines are written again', { dropped_lines: this.#droppedLines }));
    this.#droppedLines = 0;
    this.#queue.push(note);
    this.#queuedBytes += note.length;
  }

  #failWrite(error: NodeJS.ErrnoException): void {
    if (error.code === 'EAGAIN' && this.#busyTries < busyRetries) {
      this.#busyTries += 1;
      this.#retryTimer = setTimeout(() => this.#retry(), busyRetryMs);
      return;
    }
    if (this.#options.file !== undefined && !needsRoom.has(error.code ?? '')) this.#wantsReopen = true;
    this.#fail(error);
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#health.failed()) {
      const { file, line } = this.#options;
      const text = line('error', 'log lines cannot be written; they wait in memory, and are dropped when there are too many', {
        log_file: file ?? 'standard output',
        reason: error.message,
      });
      write(stderr, text, () => undefined);
    }
    this.#retryTimer = setTimeout(() => this.#retry(), this.#retryMs).unref();
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2);
    this.#settleFlushes();
  }

  #retry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    if (this.#fd === undefined) this.#wantsReopen = true;
    this.#next();
  }

  #open(): void {
    const file = this.#options.file!;
    this.#isWriting = true;
    const opened = (error: NodeJS.ErrnoException | null, fd: number): void => {
      this.#isWriting = false;
      this.#wantsReopen = false;
      const old = this.#fd;
      if (!error) {
        this.#fd = fd;
        this.#hasSaidMoved = false;
        if (old !== undefined) close(old, () => undefined);
        this.#next();
      } else if (old === undefined) this.#fail(error);
      else {
        // What is open still takes lines, or fails by itself.
        if (!this.#hasSaidMoved)
          this.write(this.#options.line('error', 'the log file cannot be opened again; lines go where they went', { log_file: file, reason: error.message }));
        this.#hasSaidMoved = true;
        this.#next();
      }
    };
    mkdir(dirname(file), { recursive: true }, () => open(file, 'a', opened));
  }

  #settleFlushes(): void {
    const flushed = this.#flushed;
    this.#flushed = [];
    for (const callback of flushed) callback();
  }

  /** Where no signal says so: a file that has been renamed or removed is no longer the one of that name. */
  #followRotation(file: string): void {
    const fd = this.#fd;
    if (fd === undefined || this.#isWriting) return;
    stat(file, (missing, named) =>
      fstat(fd, (error, opened) => {
        if (error || this.#fd !== fd) return;
        if (missing ? missing.code === 'ENOENT' : named.ino !== opened.ino || named.dev !== opened.dev) this.reopen();
      }),
    );
  }
}
