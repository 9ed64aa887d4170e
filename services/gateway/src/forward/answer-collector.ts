import type { Dispatcher } from 'undici';

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The largest answer that is held; pages and their scripts are the largest that there are. */
const maxBytes = 64 * 1024 ** 2;

/**
 * Collects one answer of undici's dispatcher without the streams in between, which cost more than all the rest of forwarding.
 *
 * Nothing goes to the client before the whole answer is there, so that an attempt which breaks off can be made again.
 */
export class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: UpstreamAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: UpstreamAnswer['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #isCancelled = false;

  constructor(resolve: (answer: UpstreamAnswer) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Breaks the attempt off, for nobody waits for its answer. */
  cancel(): void {
    this.#isCancelled = true;
    this.#controller?.abort(new Error('nobody waits for the answer'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isCancelled) this.cancel();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: UpstreamAnswer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > maxBytes) controller.abort(new Error(`the answer is larger than ${maxBytes} bytes`));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#bytes);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
