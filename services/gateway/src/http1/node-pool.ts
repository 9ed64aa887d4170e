import type * as http from 'node:http';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type * as https from 'node:https';
import type { Socket } from 'node:net';
import { maxHeaders } from './answer-head.ts';
import { maxBodyBytes, maxInterim, tooLarge } from './answer-parser.ts';
import { parseOrigin, PoolClosed, type Pool, type PoolOptions } from './connection-pool.ts';
import type { Exchange } from './exchange.ts';

/** The same over Node's own HTTP client, which costs more: for an incident in which the gateway's own is suspected (`UPSTREAM_HTTP_CLIENT=node`). */
export class NodePool implements Pool {
  readonly #url: URL;
  readonly #options: PoolOptions;
  readonly #agent: Agent;
  readonly #client: typeof http | typeof https;
  readonly #underWay = new Set<Exchange>();
  readonly #openedAt = new WeakMap<object, number>();
  #isClosed = false;
  readonly #onEmpty: (() => void)[] = [];

  /** @throws {TypeError} when the origin is no URL, or one with a path */
  constructor(origin: string, options: PoolOptions) {
    this.#url = parseOrigin(origin);
    this.#options = options;
    // Loaded here and not above: most processes never need it.
    this.#client = process.getBuiltinModule(this.#url.protocol === 'https:' ? 'node:https' : 'node:http');
    const agent = new this.#client.Agent({ keepAlive: true, maxSockets: options.connections });
    const keep = agent.keepSocketAlive.bind(agent);
    agent.keepSocketAlive = (socket) => performance.now() - (this.#openedAt.get(socket) ?? 0) < options.maxAgeMs && keep(socket);
    this.#agent = agent;
  }

  send(exchange: Exchange): void {
    if (exchange.isOver) return;
    if (this.#isClosed) {
      exchange.fail(new PoolClosed(`the connections to ${this.#url.host} were closed`));
      return;
    }
    const { method, path, headers, body } = exchange.request;
    let request: ClientRequest;
    try {
      const length = body === null && (method === 'GET' || method === 'HEAD') ? {} : { 'content-length': body?.length ?? 0 };
      request = this.#client.request(this.#url, { method, path, headers: { ...headers, ...length }, agent: this.#agent });
    } catch (error) {
      exchange.fail(error);
      return;
    }
    this.#underWay.add(exchange);
    request.once('close', () => this.#ended(exchange));
    exchange.release = (error) => request.destroy(error);
    request.on('error', (error) => exchange.fail(error));
    request.once('socket', (socket: Socket) => this.#limitConnecting(socket, request));
    let interim = 0;
    request.on('information', ({ rawHeaders }) => {
      interim += 1;
      if (interim > maxInterim) request.destroy(new Error(`the response is announced more than ${maxInterim} times`));
      else if (isTooMany(rawHeaders)) request.destroy(tooManyHeaders());
    });
    request.once('response', (response) => {
      // Node takes a 101 that it did not ask for, and all from 600 on, for a final status.
      const status = response.statusCode!;
      if (status < 200 || status > 599) request.destroy(new Error(`the response has the status ${status}`));
      else if (isTooMany(response.rawHeaders)) request.destroy(tooManyHeaders());
      else collect(response, request, exchange);
    });
    request.end(body ?? undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
    this.#agent.destroy();
  }

  destroy(error: Error = new PoolClosed(`the connections to ${this.#url.host} were closed`)): void {
    this.#isClosed = true;
    for (const exchange of this.#underWay) {
      const { release } = exchange;
      exchange.fail(error);
      release?.(error);
    }
    this.#agent.destroy();
  }

  #limitConnecting(socket: Socket, request: ClientRequest): void {
    if (!socket.connecting) return;
    this.#openedAt.set(socket, performance.now());
    const { connectTimeoutMs } = this.#options;
    const late = setTimeout(() => {
      const error = new Error(`no connection to ${this.#url.host} within ${connectTimeoutMs} ms`);
      request.destroy(Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect' }));
    }, connectTimeoutMs);
    socket.once(this.#url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(late));
    socket.once('close', () => clearTimeout(late));
  }

  #ended(exchange: Exchange): void {
    exchange.fail(Object.assign(new Error('the connection closed before the response was complete'), { code: 'ECONNRESET' }));
    this.#underWay.delete(exchange);
    if (this.#isClosed && this.#underWay.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

/** Names and values in turn: Node would leave out those beyond a limit of its own without a word. */
function isTooMany(rawHeaders: readonly string[]): boolean {
  return rawHeaders.length > 2 * maxHeaders;
}

function tooManyHeaders(): Error {
  return new Error(`the response has more than ${maxHeaders} headers`);
}

/** Node closes a kept connection at once when another answer follows; other closing comes with an error, or after the end of the data. */
function hasSurplus({ shouldKeepAlive, socket }: ClientRequest): boolean {
  return shouldKeepAlive && socket !== null && socket.destroyed && !socket.readableEnded && socket.errored === null;
}

function collect(response: IncomingMessage, request: ClientRequest, exchange: Exchange): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= maxBodyBytes) parts.push(part);
    else response.destroy(tooLarge());
  });
  response.on('error', (error) => exchange.fail(error));
  response.on('end', () => {
    const fault = isTooMany(response.rawTrailers) ? tooManyHeaders() : hasSurplus(request) ? new Error('the response has surplus bytes') : undefined;
    if (fault) {
      exchange.fail(fault);
      request.destroy(fault);
      return;
    }
    // Several of one name as a list, as from the gateway's own client.
    const headers: Record<string, string | string[]> = {};
    for (const [name, values = []] of Object.entries(response.headersDistinct)) headers[name] = values.length === 1 ? values[0]! : values;
    if (response.complete) exchange.succeed({ status: response.statusCode!, headers, body: Buffer.concat(parts, bytes) });
  });
}
