import { fstatSync } from 'node:fs';
import pino from 'pino';
import { isoNow } from './iso-now.ts';
import { LogDestination, type LogDestinationOptions } from './log-destination.ts';

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

/** Longer writes to a pipe may be torn apart by those of another process (PIPE_BUF); to a file they are not. */
const pipePieceLength = 3584;
const filePieceLength = 16_384;

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
  const isPretty = file === undefined && (format === 'pretty' || (format === 'auto' && process.stdout.isTTY));
  const pieceLength = file === undefined && !isFile(1) ? pipePieceLength : filePieceLength;
  const line: LogDestinationOptions['line'] = (at, msg, fields) => `${JSON.stringify({ level: at, time: isoNow(), service, ...fields, msg })}\n`;
  const destination = new LogDestination({ file, pieceLength, line });
  destinations.add(destination);
  endWithProcess();
  if (!isPretty) return pino(options, destination);
  const { prettyFactory } = await import('pino-pretty');
  const toText = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'service,pid,hostname', singleLine: true });
  return pino(options, {
    write: (text: string) => destination.write(toText(text)),
    flush: (callback: () => void) => destination.flush(callback),
    flushSync: () => destination.flushSync(),
  } as pino.DestinationStream);
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** Of this process; most have one. */
const destinations = new Set<LogDestination>();

let endsWithProcess = false;

/** Once a process: SIGHUP opens log files again, and what waits is written when the process ends. */
function endWithProcess(): void {
  if (endsWithProcess) return;
  endsWithProcess = true;
  process.on('SIGHUP', () => destinations.forEach((destination) => destination.reopen()));
  process.on('exit', () => destinations.forEach((destination) => destination.flushSync()));
}
