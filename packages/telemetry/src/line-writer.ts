import pino from 'pino';
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

/** What is handed on in one piece; longer ones may be torn apart on their way through a pipe (PIPE_BUF). */
const maxPiece = 3584;

/** What pino hangs on its loggers without a type: the fields of all lines as text, and where lines go. */
interface Inside {
  readonly [pino.symbols.chindingsSym]: string;
  readonly [pino.symbols.streamSym]: { write(text: string): void };
}

/**
 * Writes lines of one kind as `log.info(fields, message)` would, in less than half the time: one is written for every request, and took a tenth
 * of what a small prediction takes. The lines of one turn of the event loop go on together, for the stream behind looks through all that it
 * holds each time that it gets more.
 */
export function lineWriter(log: Log, message: string): (fields: Readonly<Record<string, unknown>>) => void {
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  const { [pino.symbols.chindingsSym]: bindings, [pino.symbols.streamSym]: stream } = log as unknown as Inside;
  let lastAt = 0;
  let start = '';
  let pending = '';
  const handOn = (): void => {
    if (pending !== '') stream.write(pending);
    pending = '';
  };
  return (fields) => {
    if (!log.isLevelEnabled('info')) return;
    const now = Date.now();
    if (now !== lastAt) {
      lastAt = now;
      start = `{"level":"info","time":"${new Date(now).toISOString()}"${bindings}`;
    }
    let line = start;
    for (const name in fields) {
      const value = fields[name];
      if (value === undefined) continue;
      const text = textOf(value);
      if (text === undefined) {
        handOn();
        log.info(fields, message);
        return;
      }
      line += `,"${name}":${text}`;
    }
    line += end;
    if (pending.length + line.length > maxPiece) handOn();
    if (pending === '') setImmediate(handOn);
    pending += line;
  };
}
