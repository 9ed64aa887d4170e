import { Pool } from 'undici';
import { AnswerCollector, type UpstreamAnswer } from './answer-collector.ts';
import { EndpointGone } from './attempt.ts';
import { Ejection } from './ejection.ts';

export interface EndpointOptions {
  /** Most connections to it. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

/**
 * What an endpoint is good for: `ready` takes requests, `serving` answers but should be left alone (it is terminating, or calls itself not
 * ready) and is better than nothing, `unready` only finishes what it has.
 */
export type EndpointState = 'ready' | 'serving' | 'unready';

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  /** Those that go along; each attempt adds what is left of the deadline. */
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | null;
  /** On the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** It changes nothing, so that it may be asked for twice. */
  readonly isRepeatable: boolean;
  /** Calls back when nobody waits for the answer any more. */
  readonly onCancel: (callback: () => void) => void;
}

/** Requests that were on their way when the endpoint left the cluster get this long to be answered all the same. */
const graceMs = 500;

/** One address that answers for a service version, usually a pod: its connections, its load, its health. */
export class Endpoint {
  readonly origin: string;
  readonly ejection = new Ejection();
  state: EndpointState = 'ready';
  inFlight = 0;
  readonly #pool: Pool;
  #leaving: NodeJS.Timeout | undefined;

  constructor(origin: string, { connections, connectTimeoutMs }: EndpointOptions) {
    this.origin = origin;
    // The deadline of each request is its caller's; undici's own time-outs would only disagree with it.
    this.#pool = new Pool(origin, { connections, connect: { timeout: connectTimeoutMs }, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  }

  /** May be sent requests: after an ejection one at a time, until one is answered. */
  isOpen(now: number): boolean {
    return !this.ejection.isOnTrial || (this.inFlight === 0 && !this.ejection.isOut(now));
  }

  /** Asks once, and tells what is left of the deadline. */
  send({ method, path, headers, body, deadlineAt, onCancel }: UpstreamRequest): Promise<UpstreamAnswer> {
    headers['x-request-timeout-ms'] = String(Math.max(1, Math.floor(deadlineAt - performance.now())));
    this.inFlight += 1;
    return new Promise((resolve, reject) => {
      const collector = new AnswerCollector(
        (answer) => {
          this.inFlight -= 1;
          resolve(answer);
        },
        (error) => {
          this.inFlight -= 1;
          reject(error);
        },
      );
      onCancel(() => collector.cancel());
      this.#pool.dispatch({ method, path, headers, body }, collector);
    });
  }

  /**
   * It is in no list any more. What is in flight fails after a grace, with an error that says so: the address may have vanished with all
   * its connections open, and nothing would ever come over them.
   */
  leave(onGone: () => void): void {
    this.#leaving ??= setTimeout(() => {
      onGone();
      void this.#pool.destroy(new EndpointGone(`${this.origin} left the cluster`));
    }, graceMs).unref();
  }

  /** Back in a list before its grace was over: an address that moved from one slice to another. */
  stay(): void {
    clearTimeout(this.#leaving);
    this.#leaving = undefined;
  }

  /** Finishes what it has, however long that takes. */
  async retire(): Promise<void> {
    await this.#pool.close();
  }

  async close(): Promise<void> {
    this.stay();
    await this.#pool.destroy();
  }
}
