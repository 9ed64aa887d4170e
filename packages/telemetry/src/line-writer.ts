import pino from 'pino';
import { isoNow } from './iso-now.ts';
import type { Log } from './log.ts';
import { StageClock } from './stage-clock.ts';

/** The JSON of a value that needs no serialiser; undefined for others. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return JSON.stringify(value);
    default:
      return value instanceof StageClock ? value.toText() : undefined;
  }
}

/** What pino hangs on its loggers without a type: the fields of all lines as text, and where lines go. */
interface Inside {
  readonly [pino.symbols.chindingsSym]: string;
  readonly [pino.symbols.streamSym]: { write(text: string): void };
}

/**
 * Writes lines of one kind as `log.info(fields, message)` would, in less than half the time: one is written for every request, and took a tenth
 * of what a small prediction takes.
 */
export function lineWriter(log: Log, message: string): (fields: Readonly<Record<string, unknown>>) => void {
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  const { [pino.symbols.chindingsSym]: bindings, [pino.symbols.streamSym]: stream } = log as unknown as Inside;
  let time = '';
  let start = '';
  return (fields) => {
    if (!log.isLevelEnabled('info')) return;
    const now = isoNow();
    if (now !== time) {
      time = now;
      start = `{"level":"info","time":"${now}"${bindings}`;
    }
    let line = start;
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      const text = textOf(value);
      if (text === undefined) {
        log.info(fields, message);
        return;
      }
      line += `,"${name}":${text}`;
    }
    stream.write(line + end);
  };
}
