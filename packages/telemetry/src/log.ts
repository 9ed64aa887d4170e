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

/** Lines are gathered so long, or until so much is there: a system call a line would cost as much as a small model. */
const gatherMs = 100;
/** Longer writes to a pipe may be torn apart by those of another process (PIPE_BUF); to a file they are not. */
const pipePiece = { length: 3584, maxWrite: 4096 };
const filePiece = { length: 16_384, maxWrite: 32_768 };

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
  const { length, maxWrite } = file === undefined && !fstatSync(1).isFile() ? pipePiece : filePiece;
  return pino(options, gathering(pino.destination({ dest: file ?? 1, mkdir: true, sync: false, minLength: 1, maxWrite }), length));
}

type Destination = ReturnType<typeof pino.destination>;

/** Gathers lines before they reach their destination: its own gathering looks through all that it holds at every line. */
function gathering(destination: Destination, pieceLength: number): Destination {
  const own = { write: destination.write.bind(destination), flush: destination.flush.bind(destination), flushSync: destination.flushSync.bind(destination) };
  let gathered = '';
  const handOn = (): void => {
    if (gathered !== '') own.write(gathered);
    gathered = '';
  };
  const timer = setInterval(handOn, gatherMs).unref();
  destination.once('close', () => clearInterval(timer));
  return Object.assign(destination, {
    write(text: string) {
      if (gathered.length + text.length > pieceLength) handOn();
      gathered += text;
      return true;
    },
    flush(callback?: (error?: Error) => void) {
      handOn();
      own.flush(callback);
    },
    flushSync() {
      handOn();
      own.flushSync();
    },
  });
}
