import type { WebSocket } from 'ws';

/** What is done with messages: whoever opens a stream gives these. */
export interface StreamListener {
  /** One message, as the bytes that came: text, or binary. */
  message(bytes: Buffer, isBinary: boolean): void;
  /** Once, whoever closed it. */
  closed?(code: number, reason: string): void;
}

/** Bytes that may wait to be sent before whoever produces them should stop. */
const highWaterBytes = 64 * 1024;

/** One WebSocket that was accepted, alive as long as its client answers pings. It says texts. */
export class Stream {
  /** The id of the request that opened it. */
  readonly id: string;
  readonly #socket: WebSocket;
  readonly #report: (error: unknown) => void;
  #lastMessageAt = performance.now();
  #unanswered = 0;

  /** @param report writes what went wrong on our side into the log */
  constructor(id: string, socket: WebSocket, report: (error: unknown) => void) {
    this.id = id;
    this.#report = report;
    this.#socket = socket;
    socket.on('pong', () => {
      this.#unanswered = 0;
    });
  }

  /** True while the client takes less than is sent to it. */
  get isBehind(): boolean {
    return this.#socket.bufferedAmount > highWaterBytes;
  }

  listen(listener: StreamListener): void {
    this.#socket.on('message', (data, isBinary) => {
      this.#unanswered = 0;
      this.#lastMessageAt = performance.now();
      listener.message(data as Buffer, isBinary);
    });
    this.#socket.once('close', (code, reason) => listener.closed?.(code, reason.toString('utf8')));
  }

  /** Sends one message; calls back when the socket has taken it. Nothing happens once it is closed. */
  send(text: string | Buffer, sent?: () => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text, { binary: false }, sent);
  }

  /** Stops and resumes reading what the client sends, so that it waits at the client. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says goodbye; a client that does not answer is cut after a while. */
  close(code: number, reason = ''): void {
    this.#socket.close(code, reason.slice(0, 120));
  }

  /** Gives up for a fault of ours: the log has what it was, the client only that there was one. */
  fail(error: unknown): void {
    this.#report(error);
    this.close(1011, 'something failed on our side');
  }

  /** Pings; cuts a client that answered none of the last two, and sends away one that has been silent too long. */
  checkAlive(idleMs: number, idleCode: number): void {
    if (this.#unanswered >= 2) return this.#socket.terminate();
    if (performance.now() - this.#lastMessageAt > idleMs) return this.close(idleCode, 'no message came');
    this.#unanswered += 1;
    this.#socket.ping();
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
