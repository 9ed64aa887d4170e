import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { AnswerParser } from './answer-parser.ts';
import type { Exchange } from './exchange.ts';
import { requestHead } from './request-head.ts';

/** Milliseconds. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  /** For how long it takes requests after it began to open. */
  readonly maxAgeMs: number;
}

export interface ConnectionEvents {
  /** It is open, and takes a request. */
  opened(connection: Connection): void;
  /** It has an answer, and takes another request. */
  free(connection: Connection): void;
  /** It is over; the reason where it never opened. */
  closed(connection: Connection, failure: Error | undefined): void;
}

/** Where connections read into, all into the same: what came is dealt with before anything else comes. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Smaller bodies go out in one piece with the head. */
const maxJoinedBytes = 16 * 1024;

/** How long a connection may be idle where the other side does not say; and how much earlier than it says, for a request takes time to get there. */
const usualIdleMs = 4000;
const idleMarginMs = 1000;

/** Connections end at up to this share of their longest age earlier, so that those that opened together do not end together. */
const ageJitter = 0.2;

/** After so long without a word the kernel asks whether the other side is still there. */
const silenceMs = 60_000;

/** One keep-alive connection to an upstream, with one request under way at most. */
export class Connection {
  readonly #host: string;
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #parser = new AnswerParser();
  #exchange: Exchange | undefined;
  #isOpen = false;
  #failure: Error | undefined;
  #idleUntil = Infinity;
  /** It takes no request after this: where a name leads is found out anew for each connection. */
  readonly #oldAt: number;

  constructor(url: URL, { connectTimeoutMs, maxAgeMs }: ConnectionLimits, events: ConnectionEvents) {
    this.#oldAt = performance.now() + maxAgeMs * (1 - ageJitter * Math.random());
    this.#host = url.host;
    this.#events = events;
    this.#socket = this.#open(url);
    const late = setTimeout(() => {
      const error = new Error(`no connection to ${url.host} within ${connectTimeoutMs} ms`);
      this.#socket.destroy(Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect' }));
    }, connectTimeoutMs);
    this.#socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      clearTimeout(late);
      this.#isOpen = true;
      events.opened(this);
    });
    this.#socket.on('error', (error) => (this.#failure = error));
    this.#socket.once('close', () => {
      clearTimeout(late);
      this.#closed();
    });
  }

  /** Whether the other side surely still holds it open, and it is not too old. */
  isUsable(now: number): boolean {
    return now < this.#idleUntil && now < this.#oldAt && !this.#socket.destroyed;
  }

  /** @throws {TypeError} when it is no request that can be written */
  send(exchange: Exchange): void {
    const { request } = exchange;
    const { body } = request;
    const head = requestHead(this.#host, request);
    this.#exchange = exchange;
    exchange.release = (error) => this.destroy(error);
    this.#parser.begin(request.method);
    const socket = this.#socket;
    if (body === null) socket.write(head, 'latin1');
    else if (body.length <= maxJoinedBytes) socket.write(head + body.toString('latin1'), 'latin1');
    else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  /** Ends it at once, and with that what is under way on it. */
  destroy(error?: Error): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#socket.destroy();
    if (error) exchange?.fail(error);
  }

  #open(url: URL): Socket {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isSecure = url.protocol === 'https:';
    const target = { host, port: Number(url.port) || (isSecure ? 443 : 80), noDelay: true, keepAlive: true, keepAliveInitialDelay: silenceMs };
    if (isSecure) return connectSecurely({ ...target, ...(isIP(host) === 0 && { servername: host }) }).on('data', (part) => this.#read(part));
    const callback = (length: number): boolean => {
      this.#read(readBuffer.subarray(0, length));
      return true;
    };
    return connect({ ...target, onread: { buffer: readBuffer, callback } });
  }

  #read(part: Buffer): void {
    const exchange = this.#exchange;
    try {
      if (!exchange) throw new Error('a response arrived without a request');
      const answer = this.#parser.read(part);
      if (!answer) return;
      this.#exchange = undefined;
      // What answers before it has the whole request is not going to read the rest.
      const { keepAliveMs } = this.#parser;
      const now = performance.now();
      if (keepAliveMs !== 0 && this.#socket.writableLength === 0 && now < this.#oldAt) {
        this.#idleUntil = now + (keepAliveMs === undefined ? usualIdleMs : keepAliveMs - idleMarginMs);
        this.#events.free(this);
      } else this.#socket.destroy();
      exchange.succeed(answer);
    } catch (error) {
      this.#exchange = undefined;
      this.#socket.destroy();
      exchange?.fail(error);
    }
  }

  #closed(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#events.closed(this, this.#isOpen ? undefined : (this.#failure ?? Object.assign(reset(), { syscall: 'connect' })));
    const answer = exchange && !this.#failure && this.#parser.end();
    if (answer) exchange.succeed(answer);
    else exchange?.fail(this.#failure ?? reset());
  }
}

function reset(): Error {
  return Object.assign(new Error('the connection closed before the response was complete'), { code: 'ECONNRESET' });
}
