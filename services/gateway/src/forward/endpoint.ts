import { serviceTokenHeader, type ServiceToken } from '@facet/http';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { ConnectionPool, type Pool, type PoolOptions } from '../http1/connection-pool.ts';
import { Exchange } from '../http1/exchange.ts';
import { NodePool } from '../http1/node-pool.ts';
import { EndpointGone } from './attempt.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';

/** How it is reached; `connections` is the most that requests share. */
export interface EndpointOptions extends PoolOptions {
  /** The gateway's own HTTP client, or Node's. */
  readonly httpClient: 'own' | 'node';
  /** The secret that goes along with every request. */
  readonly serviceToken?: ServiceToken | undefined;
}

/**
 * What an endpoint is good for: `ready` takes requests, `serving` answers but should be left alone (it is terminating, or calls itself not
 * ready) and is better than nothing, `unready` only finishes what it has.
 */
export type EndpointState = 'ready' | 'serving' | 'unready';

/** How many pods were lost, or fell silent, while they had one request: a request that does that to two must not go round all of them. */
export interface Exposure {
  pods: number;
}

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
  /** Shared by all attempts at one request, whichever version they go to. */
  readonly exposure?: Exposure;
  /** Calls back when nobody waits for the answer any more. */
  readonly onCancel: (callback: () => void) => void;
}

/** A pod that restarts comes back soon, one that keeps failing costs little. */
export const podBreaker: BreakerOptions = { failures: 5, quietMs: 0, floorMs: 1000, capMs: 30_000 };

/** Connections for calls about the service: they do not wait behind predictions. */
const sideConnections = 16;

/** Time for an endpoint to answer a liveness probe: any answer but a server error will do, which may come from a proxy in between. */
const probeTimeoutMs = 1000;
const probe = { method: 'GET', path: '/health/live', headers: {}, body: null } as const;

/** Requests that were on their way when the endpoint left the cluster get this long to be answered all the same. */
const graceMs = 500;

/** One address that answers for a service version, usually a pod: its connections, its load, its health. */
export class Endpoint {
  readonly origin: string;
  readonly breaker = new Breaker(podBreaker);
  state: EndpointState = 'ready';
  inFlight = 0;
  readonly #options: EndpointOptions;
  readonly #pool: Pool;
  #sidePool: Pool | undefined;
  #probePool: Pool | undefined;
  #probing: Promise<boolean> | undefined;
  /** It did not answer the last probe. */
  #isSilent = false;
  /** When it last answered anything, or had nothing to answer; on the clock of `performance.now()`. */
  lastSignAt = 0;
  #draining: NodeJS.Timeout | undefined;
  readonly #onDrain = new Set<() => void>();

  constructor(origin: string, options: EndpointOptions) {
    this.origin = origin;
    this.#options = options;
    this.#pool = this.#open(options.connections);
  }

  /**
   * May be sent requests: after its breaker has opened one at a time, until one is answered. One that fell silent must answer a probe
   * before, so that no request of a caller is spent on finding out.
   */
  isUsable(now: number): boolean {
    if (!this.breaker.isOnTrial) return true;
    if (this.inFlight > 0 || this.breaker.isOpen(now)) return false;
    if (this.#isSilent) void this.isAlive();
    return !this.#isSilent;
  }

  /** Asks once, and tells what is left of the deadline. */
  send({ method, path, headers, body, deadlineAt, caller, onCancel }: UpstreamRequest): Promise<UpstreamAnswer> {
    const { serviceToken } = this.#options;
    if (serviceToken) headers[serviceTokenHeader] = serviceToken.current;
    const now = performance.now();
    headers['x-request-timeout-ms'] = String(Math.max(1, Math.floor(deadlineAt - now)));
    if (this.inFlight === 0) this.lastSignAt = now;
    this.inFlight += 1;
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(
        { method, path, headers, body },
        (answer) => {
          this.inFlight -= 1;
          this.lastSignAt = performance.now();
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

  /** Whether it answers a liveness probe now, on a connection of its own. Those who ask at the same time share one probe. */
  isAlive(): Promise<boolean> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #probe(): Promise<boolean> {
    const pool = (this.#probePool ??= this.#open(1));
    const status = await new Promise<number>((resolve) => {
      const failed = (): void => resolve(0);
      const exchange = new Exchange(probe, (answer) => resolve(answer.status), failed);
      setTimeout(() => exchange.cancel(), probeTimeoutMs).unref();
      pool.send(exchange);
    });
    const isAlive = status >= 200 && status < 500;
    this.#isSilent = !isAlive;
    if (isAlive) this.lastSignAt = performance.now();
    return isAlive;
  }

  /**
   * It is in no list any more. What is in flight fails after a grace, with an error that says so: the address may have vanished with all
   * its connections open, and nothing would ever come over them.
   */
  drain(onGone: () => void): void {
    this.#draining ??= setTimeout(() => {
      onGone();
      for (const pool of this.#pools) pool.destroy(new EndpointGone(`${this.origin} left the cluster`));
    }, graceMs).unref();
    for (const resolve of this.#onDrain) resolve();
  }

  /** Whether it has left the cluster, or does within so many milliseconds: the cluster's word may come later than the end of its connections. */
  async isRemovedWithin(withinMs: number): Promise<boolean> {
    if (this.#draining !== undefined) return true;
    return new Promise((resolve) => {
      const end = (left: boolean): void => {
        clearTimeout(timer);
        this.#onDrain.delete(removed);
        resolve(left);
      };
      const removed = (): void => end(true);
      const timer = setTimeout(() => end(false), withinMs);
      this.#onDrain.add(removed);
    });
  }

  /** Back in a list before its grace was over: an address that moved from one slice to another. */
  undrain(): void {
    clearTimeout(this.#draining);
    this.#draining = undefined;
  }

  /** Finishes what it has, however long that takes. */
  async closeWhenIdle(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }

  close(): void {
    this.undrain();
    for (const pool of this.#pools) pool.destroy();
  }

  get #pools(): readonly Pool[] {
    return [this.#pool, this.#sidePool, this.#probePool].filter((pool) => pool !== undefined);
  }

  #open(connections: number): Pool {
    const { connectTimeoutMs, maxAgeMs, httpClient } = this.#options;
    const Client = httpClient === 'node' ? NodePool : ConnectionPool;
    return new Client(this.origin, { connections, connectTimeoutMs, maxAgeMs });
  }
}
