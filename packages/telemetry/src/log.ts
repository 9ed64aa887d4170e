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

/** Headers and fields whose values never reach a log, wherever they turn up one level deep. */
const secrets = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', '["x-api-key"]'];

/** A pino log of JSON lines, or of lines for people. Writes are buffered by the stream; call `flush` before the process ends. */
export async function createLog({ service, level, format, file }: LogOptions): Promise<Log> {
  const options: pino.LoggerOptions = {
    level: levels[level] ?? level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secrets.flatMap((key) => (key.startsWith('[') ? [key, `headers${key}`] : [key, `*.${key}`])), censor: '[hidden]' },
  };
  if (file === undefined && (format === 'pretty' || (format === 'auto' && process.stdout.isTTY))) {
    const { default: pretty } = await import('pino-pretty');
    return pino(options, pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'service,pid,hostname', singleLine: true }));
  }
  return pino(options, pino.destination({ dest: file ?? 1, mkdir: true, sync: false, minLength: 0 }));
}
