import type { UpstreamAnswer } from './answer-parser.ts';

export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | null;
}

/** One request and what becomes of it, which is told once. */
export class Exchange {
  readonly request: WireRequest;
  isOver = false;
  /** Undoes what was begun for it, where it is now. */
  release: ((error: Error) => void) | undefined;
  readonly #resolve: (answer: UpstreamAnswer) => void;
  readonly #reject: (error: unknown) => void;

  constructor(request: WireRequest, resolve: (answer: UpstreamAnswer) => void, reject: (error: unknown) => void) {
    this.request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  succeed(answer: UpstreamAnswer): void {
    if (this.isOver) return;
    this.isOver = true;
    this.release = undefined;
    this.#resolve(answer);
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.release = undefined;
    this.#reject(error);
  }

  /** Breaks it off, for nobody waits for its answer. */
  cancel(): void {
    const { release } = this;
    const error = new Error('the response is no longer awaited');
    this.fail(error);
    release?.(error);
  }
}
