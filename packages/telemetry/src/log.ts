import { fstatSync } from 'node:fs';
import pino from 'pino';

export type Log = pino.Logger;

interface LogOptions {
  service: string;
  level: string;
  /** `auto` is pretty on a terminal. */
  format: 'auto' | 'json' | 'pretty';
  /** File to append to instead of standard output. */
  file?: string | undefined;
}

const levels: Record<string, string> = { warning: 'warn', critical: 'fatal' };

/** Lines are gathered so long, or until so many bytes are there: a system call a line would cost as much as a small model. */
const gatherMs = 100;
/** Longer writes to a pipe may be torn apart by those of another process (PIPE_BUF); to a file they are not. */
const pipeBytes = { minLength: 3584, maxWrite: 4096 };
const fileBytes = { minLength: 16_384, maxWrite: 32_768 };

/**
 * A pino log of JSON lines, or of lines for people. Call `flush` before the process ends.
 *
 * What is logged comes from closed lists of fields; headers and bodies, which may hold secrets, are never logged whole.
 */
export async function createLog({ service, level, format, file }: LogOptions): Promise<Log> {
  const options: pino.LoggerOptions = {
    level: levels[level] ?? level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  if (file === undefined && (format === 'pretty' || (format === 'auto' && process.stdout.isTTY))) {
    const { default: pretty } = await import('pino-pretty');
    return pino(options, pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'service,pid,hostname', singleLine: true }));
  }
  const bytes = file === undefined && !fstatSync(1).isFile() ? pipeBytes : fileBytes;
  return pino(options, pino.destination({ dest: file ?? 1, mkdir: true, sync: false, periodicFlush: gatherMs, ...bytes }));
}
