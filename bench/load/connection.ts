import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';

/** What became of a request: a status, or 0 and the name of what went wrong. */
export type Outcome = (status: number, fault: string) => void;

const retryMs = 10;

/**
 * One keep-alive connection with at most one request on its way. It opens again after a fault.
 *
 * Reads into one buffer of its own instead of a new one for every read.
 */
export class Connection {
  readonly #port: number;
  readonly #request: Buffer;
  readonly #reader = new AnswerReader();
  readonly #buffer = Buffer.allocUnsafeSlow(1 << 16);
  #socket: Socket | undefined;
  #isOpen = false;
  #outcome: Outcome | undefined;

  constructor(port: number, request: Buffer) {
    this.#port = port;
    this.#request = request;
  }

  /** Sends the request; the outcome is told once. */
  send(outcome: Outcome): void {
    this.#outcome = outcome;
    if (this.#isOpen) this.#socket!.write(this.#request);
    else this.#open();
  }

  close(): void {
    this.#outcome = undefined;
    this.#isOpen = false;
    this.#socket?.destroy();
  }

  #open(): void {
    this.#reader.reset();
    let isPast = false;
    const socket = connect({
      port: this.#port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: this.#buffer,
        callback: (length, buffer) => {
          const status = this.#reader.read((buffer as Buffer).subarray(0, length));
          if (status !== 0) this.#answered(status);
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.once('connect', () => {
      this.#isOpen = true;
      socket.write(this.#request);
    });
    const lost = (fault: string): void => {
      if (isPast) return;
      isPast = true;
      if (this.#socket !== socket) return;
      this.#isOpen = false;
      const outcome = this.#outcome;
      this.#outcome = undefined;
      // Not at once: a server that refuses would be asked in a busy loop.
      if (outcome) setTimeout(outcome, retryMs, 0, fault);
    };
    socket.once('error', (error: NodeJS.ErrnoException) => lost(error.code ?? error.message));
    socket.once('close', () => lost('closed'));
  }

  #answered(status: number): void {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (!this.#reader.keepsAlive) {
      this.#isOpen = false;
      this.#socket?.destroy();
    }
    outcome?.(status, '');
  }
}
