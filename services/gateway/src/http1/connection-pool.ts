import { Connection, type ConnectionLimits } from './connection.ts';
import type { Exchange } from './exchange.ts';

export interface PoolOptions extends ConnectionLimits {
  /** Most connections; requests beyond wait, first come first served. */
  readonly connections: number;
}

/** What sends requests to one origin: {@link ConnectionPool}, or in its place `NodePool`. */
export interface Pool {
  send(exchange: Exchange): void;
  /** Takes no more requests, and closes when all it has are answered. */
  close(): Promise<void>;
  /** Closes at once; what is under way fails with the error. */
  destroy(error?: Error): void;
}

/** Why requests to a pool that was closed come to nothing. */
export class PoolClosed extends Error {
  readonly code = 'POOL_CLOSED';
}

/** @throws {TypeError} when the origin is no URL, or one with a path */
export function parseOrigin(origin: string): URL {
  const url = new URL(origin);
  if (url.pathname !== '/' || url.search !== '') throw new TypeError(`${origin} has a path; an origin such as http://host:8081 has none`);
  return url;
}

/**
 * Keep-alive connections to one origin, one request at a time on each.
 *
 * Of idle ones the last used is taken first: the others age. One that has reached its longest age
 * finishes what it has and takes no more: its address may not be the name's any more.
 */
export class ConnectionPool implements Pool {
  readonly #url: URL;
  readonly #options: PoolOptions;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Exchange>();
  #opening = 0;
  #isClosed = false;
  readonly #onEmpty: (() => void)[] = [];

  /** @throws {TypeError} when the origin is no URL, or one with a path */
  constructor(origin: string, options: PoolOptions) {
    this.#url = parseOrigin(origin);
    this.#options = options;
  }

  send(exchange: Exchange): void {
    if (exchange.isOver) return;
    if (this.#isClosed) {
      exchange.fail(new PoolClosed(`the connections to ${this.#url.host} were closed`));
      return;
    }
    const connection = this.#takeIdle();
    if (connection) this.#sendOn(connection, exchange);
    else {
      this.#waiting.add(exchange);
      exchange.release = () => this.#waiting.delete(exchange);
      this.#openMore();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
    if (this.#all.size > 0 || this.#waiting.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  destroy(error: Error = new PoolClosed(`the connections to ${this.#url.host} were closed`)): void {
    this.#isClosed = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#idle.length = 0;
    for (const connection of this.#all) connection.destroy(error);
    for (const exchange of waiting) exchange.fail(error);
  }

  #takeIdle(): Connection | undefined {
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isUsable(now)) return connection;
      connection.destroy();
    }
    return undefined;
  }

  #sendOn(connection: Connection, exchange: Exchange): void {
    try {
      connection.send(exchange);
    } catch (error) {
      exchange.fail(error);
      this.#free(connection);
    }
  }

  /** One for each that waits, as far as there may be more. */
  #openMore(): void {
    while (this.#opening < this.#waiting.size && this.#all.size < this.#options.connections) {
      this.#opening += 1;
      const connection = new Connection(this.#url, this.#options, {
        opened: (opened) => {
          this.#opening -= 1;
          this.#free(opened);
        },
        free: (freed) => this.#free(freed),
        closed: (closed, failure) => this.#closed(closed, failure),
      });
      this.#all.add(connection);
    }
  }

  #free(connection: Connection): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      this.#sendOn(connection, next);
    } else if (this.#isClosed) connection.destroy();
    else this.#idle.push(connection);
  }

  #closed(connection: Connection, failure: Error | undefined): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (failure) this.#opening -= 1;
    // It was opened for one of those that wait; each that fails costs one of them.
    const [first] = this.#waiting;
    if (failure && first) {
      this.#waiting.delete(first);
      first.fail(failure);
    }
    this.#openMore();
    if (this.#all.size === 0 && this.#waiting.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}
