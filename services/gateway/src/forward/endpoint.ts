import { serviceTokenHeader, type ServiceToken } from '@facet/http';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { ConnectionPool } from '../http1/connection-pool.ts';
import { Exchange } from '../http1/exchange.ts';
import { EndpointGone } from './attempt.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';

export interface EndpointOptions {
  /** Most connections to it. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** The secret that goes along with every request. */
  readonly serviceToken?: ServiceToken | undefined;
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
  /** A second may be sent beside it when it is late. */
  readonly mayHedge: boolean;
  /** Who asks for a prediction; undefined for calls about the service, which are let through whatever the load. */
  readonly caller: string | undefined;
  /** Calls back when nobody waits for the answer any more. */
  readonly onCancel: (callback: () => void) => void;
}

/** A pod that restarts comes back soon, one that keeps failing costs little. */
export const podBreaker: BreakerOptions = { failures: 5, quietMs: 0, floorMs: 1000, capMs: 30_000 };

/** Connections for calls about the service: they do not wait behind predictions. */
const sideConnections = 16;

/** Requests that were on their way when the endpoint left the cluster get this long to be answered all the same. */
const graceMs = 500;

/** One address that answers for a service version, usually a pod: its connections, its load, its health. */
export class Endpoint {
  readonly origin: string;
  readonly breaker = new Breaker(podBreaker);
  state: EndpointState = 'ready';
  inFlight = 0;
  readonly #options: EndpointOptions;
  readonly #pool: ConnectionPool;
  #sidePool: ConnectionPool | undefined;
  #leaving: NodeJS.Timeout | undefined;

  constructor(origin: string, options: EndpointOptions) {
    this.origin = origin;
    this.#options = options;
    this.#pool = this.#open(options.connections);
  }

  /** May be sent requests: after its breaker has opened one at a time, until one is answered. */
  isUsable(now: number): boolean {
    return !this.breaker.isOnTrial || (this.inFlight === 0 && !this.breaker.isOpen(now));
  }

  /** Asks once, and tells what is left of the deadline. */
  send({ method, path, headers, body, deadlineAt, caller, onCancel }: UpstreamRequest): Promise<UpstreamAnswer> {
    headers['x-request-timeout-ms'] = String(Math.max(1, Math.floor(deadlineAt - performance.now())));
    const { serviceToken } = this.#options;
    if (serviceToken) headers[serviceTokenHeader] = serviceToken.current;
    this.inFlight += 1;
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(
        { method, path, headers, body },
        (answer) => {
          this.inFlight -= 1;
          resolve(answer);
        },
        (error) => {
          this.inFlight -= 1;
          reject(error);
        },
      );
      onCancel(() => exchange.cancel());
      const pool = caller === undefined ? (this.#sidePool ??= this.#open(sideConnections)) : this.#pool;
      pool.send(exchange);
    });
  }

  /**
   * It is in no list any more. What is in flight fails after a grace, with an error that says so: the address may have vanished with all
   * its connections open, and nothing would ever come over them.
   */
  leave(onGone: () => void): void {
    this.#leaving ??= setTimeout(() => {
      onGone();
      for (const pool of this.#pools) pool.destroy(new EndpointGone(`${this.origin} left the cluster`));
    }, graceMs).unref();
  }

  /** Back in a list before its grace was over: an address that moved from one slice to another. */
  stay(): void {
    clearTimeout(this.#leaving);
    this.#leaving = undefined;
  }

  /** Finishes what it has, however long that takes. */
  async retire(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  close(): void {
    this.stay();
    for (const pool of this.#pools) pool.destroy();
  }

  get #pools(): readonly ConnectionPool[] {
    return this.#sidePool ? [this.#pool, this.#sidePool] : [this.#pool];
  }

  #open(connections: number): ConnectionPool {
    return new ConnectionPool(this.origin, { connections, connectTimeoutMs: this.#options.connectTimeoutMs });
  }
}
