import { Agent, request } from 'node:http';
import { Duplex } from 'node:stream';
import { AnswerParser } from '../../src/http1/answer-parser.ts';
import type { Case } from './make-answer.ts';

/** What a reader made of an answer, or why it refused it. */
export type Reading =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly body: string;
      readonly keeps: boolean;
      readonly refused?: undefined;
    }
  | { readonly refused: string };

/** Reads with the gateway's own parser, as a connection does. */
export function readWithOwn({ method, pieces }: Case): Reading {
  const parser = new AnswerParser();
  parser.begin(method);
  try {
    for (const [index, piece] of pieces.entries()) {
      const answer = parser.read(piece);
      if (answer) return reading(answer, parser.keepAliveMs !== 0 && index === pieces.length - 1);
    }
    const answer = parser.end();
    return answer ? reading(answer, false) : { refused: 'incomplete' };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function reading({ status, headers, body }: { status: number; headers: Headers; body: Buffer }, keeps: boolean): Reading {
  const lists = Object.entries(headers).map(([name, value = []]) => [name, [value].flat()] as const);
  return { status, headers: Object.fromEntries(lists), body: body.toString('latin1'), keeps };
}

/** A connection that answers the first write with the pieces, and ends. */
class Replay extends Duplex {
  #pieces: readonly Buffer[] | undefined;

  constructor(pieces: readonly Buffer[]) {
    super();
    this.#pieces = pieces;
  }

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
    const pieces = this.#pieces ?? [];
    this.#pieces = undefined;
    process.nextTick(() => {
      for (const piece of pieces) this.push(piece);
      this.push(null);
    });
  }

  override _read(): void {}
  setTimeout(): void {}
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}

/** Reads with Node's client, whose parser is llhttp. */
export function readWithNode({ method, pieces }: Case): Promise<Reading> {
  return new Promise((resolve) => {
    const socket = new Replay(pieces);
    const agent = Object.assign(new Agent({ keepAlive: true }), { createConnection: () => socket });
    const finish = (found: Reading): void => {
      resolve(found);
      socket.destroy();
    };
    const refuse = (why: string) => () => setImmediate(() => setImmediate(() => finish({ refused: why })));
    const sent = request({ method, agent, host: 'x', port: 1 });
    sent.on('upgrade', refuse('upgrade'));
    sent.on('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message)());
    sent.on('close', refuse('closed'));
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', (error: NodeJS.ErrnoException) => refuse(error.code ?? error.message)());
      response.on('end', () => {
        if (!response.complete) refuse('incomplete')();
        else finish(reading({ status: response.statusCode!, headers: response.headersDistinct, body: Buffer.concat(parts) }, sent.shouldKeepAlive));
      });
    });
    sent.end();
  });
}
