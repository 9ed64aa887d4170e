import type { StreamLimits } from '@facet/config';
import { streamClose, streamProtocol, versionName } from '@facet/contracts';
import { Problem } from '@facet/problem';
import type { Log, Metrics } from '@facet/telemetry';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { STATUS_CODES } from '../node-http.ts';
import type { OriginPolicy } from '../origin-policy.ts';
import { callerOf, forcedVersionOf, userOf } from '../request-context.ts';
import type { BodyBudget } from '../receive/body-budget.ts';
import { hasRepeatedHost } from '../repeated-host.ts';
import { readTarget } from '../request-target.ts';
import { Stream, type StreamListener } from './stream.ts';

/** A request to open a stream, before it is granted. */
interface StreamRequest {
  readonly request: IncomingMessage;
  readonly id: string;
  /** Who asks, and the version that they insist on. */
  readonly user: string | undefined;
  /** The caller that the gateway authenticated. */
  readonly caller: string | undefined;
  readonly forcedVersion: string | undefined;
  /** Aborts when the stream comes to nothing after all: then what was opened for it is closed. */
  readonly signal: AbortSignal;
}

/** Grants a stream: gives what listens to it, or throws a problem, which is answered in place of the handshake. */
export type StreamOpener = (asked: StreamRequest) => ((stream: Stream) => StreamListener) | Promise<(stream: Stream) => StreamListener>;

interface Endpoint {
  readonly limits: StreamLimits;
  readonly open: StreamOpener;
}

const requestIdPattern = /^[\w.:-]{1,128}$/;
/** Streams of smaller messages cannot hold much. */
const countedFromBytes = 64 * 1024;
/** Time in which a client closes its side when it was refused or the process stops; then it is cut, for it may never do so. */
const goodbyeMs = 1000;

/** The WebSockets of one process: who may open one, how many there are, and how they end. */
export class StreamServer {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #open = new Set<Stream>();
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #origins: OriginPolicy;
  readonly #budget: BodyBudget;
  #opening = 0;

  /** @param budget what messages that are being received are counted against */
  constructor(log: Log, metrics: Metrics, origins: OriginPolicy, budget: BodyBudget) {
    this.#origins = origins;
    this.#budget = budget;
    this.#log = log;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#open.size + this.#opening;
  }

  serve(path: string, limits: StreamLimits, open: StreamOpener): void {
    this.#endpoints.set(path, { limits, open });
  }

  /** True for what this server takes over from HTTP; one that is malformed, or offers another protocol, stays a plain request. */
  wants({ headers, url, rawHeaders }: Pick<IncomingMessage, 'headers' | 'url' | 'rawHeaders'>): boolean {
    return headers.upgrade?.toLowerCase() === 'websocket' && this.#endpoints.has(pathOf(url) ?? '') && !hasRepeatedHost(rawHeaders);
  }

  /** Answers a handshake: opens the stream, or refuses with a problem. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const path = pathOf(request.url)!;
    const { limits, open } = this.#endpoints.get(path)!;
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
    const abandoned = new AbortController();
    const abandon = (): void => abandoned.abort();
    socket.on('error', () => socket.destroy());
    socket.once('close', abandon);
    this.#opening += 1;
    try {
      this.#origins.checkStream(request);
      if (this.size > limits.streamMaxConnections) throw new Problem('too-many-streams', undefined, { retryAfterSeconds: 1 });
      const listenerOf = await open({ request, id, signal: abandoned.signal, ...wishes(request) });
      const acceptor = new WebSocketServer({
        noServer: true,
        maxPayload: limits.streamMessageMaxBytes,
        perMessageDeflate: false,
        clientTracking: false,
        // Left to itself it would say the first again that was offered, which may be a key.
        handleProtocols: (offered) => (offered.has(streamProtocol) ? streamProtocol : false),
      });
      acceptor.on('wsClientError', (error) => this.#refuse(socket, path, id, new Problem('malformed-request', `${error.message}.`)));
      acceptor.handleUpgrade(request, socket, head, (accepted) => {
        socket.off('close', abandon);
        accepted.on('error', () => undefined);
        const stream = new Stream(id, accepted, (err) => this.#log.error({ id, route: path, err }, 'stream failed'));
        const releaseMessage =
          limits.streamMessageMaxBytes > countedFromBytes
            ? countMessages({ socket, accepted, budget: this.#budget, maxBytes: limits.streamMessageMaxBytes, refuse: () => cut(stream, socket) })
            : undefined;
        this.#keep(stream, path, limits, listenerOf, releaseMessage);
      });
    } catch (error) {
      this.#refuse(socket, path, id, Problem.from(error));
    } finally {
      this.#opening -= 1;
    }
  }

  #keep(stream: Stream, path: string, limits: StreamLimits, listenerOf: (stream: Stream) => StreamListener, releaseMessage: (() => void) | undefined): void {
    const openedAt = performance.now();
    this.#open.add(stream);
    this.#metrics.streams.inc();
    this.#metrics.requests.inc({ method: 'GET', route: path, status: '101' });
    const watch = setInterval(() => stream.checkAlive(limits.streamIdleMs, streamClose.idle), limits.streamPingMs);
    const listener = listenerOf(stream);
    stream.listen({
      message: (bytes, isBinary) => {
        listener.message(bytes, isBinary);
        releaseMessage?.();
      },
      closed: (code, reason) => {
        releaseMessage?.();
        clearInterval(watch);
        this.#open.delete(stream);
        this.#metrics.streams.dec();
        this.#log.info({ id: stream.id, route: path, code, ...(reason && { reason }), ms: Math.round(performance.now() - openedAt) }, 'stream closed');
        listener.closed?.(code, reason);
      },
    });
  }

  #refuse(socket: Duplex, path: string, id: string, problem: Problem): void {
    this.#metrics.requests.inc({ method: 'GET', route: path, status: String(problem.status) });
    if (problem.status === 503) this.#metrics.rejected.inc({ reason: problem.code });
    else if (problem.status < 500) this.#metrics.invalidInputs.inc({ code: problem.code });
    if (problem.code === 'internal') this.#log.error({ id, route: path, err: problem.cause }, 'stream failed');
    const body = JSON.stringify(problem.toBody(id));
    const headers = {
      ...problem.headers,
      connection: 'close',
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      'x-request-id': id,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    setTimeout(() => socket.destroy(), goodbyeMs).unref();
    if (socket.writable) socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  /** Sends every client away with 1001, so that it connects to another process, and cuts those that do not go. */
  async close(): Promise<void> {
    for (const stream of this.#open) stream.close(streamClose.goingAway, 'the server stops');
    const until = performance.now() + goodbyeMs;
    while (this.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const stream of this.#open) stream.terminate();
  }
}

/** Ends a stream whose message has no room here. Nothing more of the message is read, or it would be held all the same. */
function cut(stream: Stream, socket: Duplex): void {
  socket.pause();
  stream.close(streamClose.tryAgain, 'overloaded');
  setTimeout(() => stream.terminate(), goodbyeMs).unref();
}

interface CountedStream {
  readonly socket: Duplex;
  readonly accepted: WebSocket;
  readonly budget: BodyBudget;
  /** Of a message, which is all that one stream can hold. */
  readonly maxBytes: number;
  readonly refuse: () => void;
}

/** A mask and two bytes: the head of every control frame that a client sends. */
const controlHeadBytes = 6;

/**
 * Counts what comes of a message against the budget until the message is whole. Pings and pongs are done with as they come:
 * counted, they would let one stream take the whole budget and keep it.
 *
 * @returns what gives its bytes back
 */
function countMessages({ socket, accepted, budget, maxBytes, refuse }: CountedStream): () => void {
  const holder = { heldBytes: 0 };
  // Before the protocol reads it, or what it says is whole would be counted after it was given back.
  socket.prependListener('data', (chunk: Buffer) => {
    const bytes = Math.min(chunk.length, maxBytes - holder.heldBytes);
    if (budget.hasRoom(holder, bytes)) budget.hold(holder, bytes);
    else {
      budget.release(holder);
      refuse();
    }
  });
  const onControl = (data: Buffer): void => budget.giveBack(holder, Math.min(holder.heldBytes, controlHeadBytes + data.length));
  accepted.on('ping', onControl).on('pong', onControl);
  return () => budget.release(holder);
}

/** Browsers cannot send headers with a handshake, so the query may name the version as well. */
function wishes(request: IncomingMessage): Pick<StreamRequest, 'user' | 'caller' | 'forcedVersion'> {
  const query = new URLSearchParams(request.url!.split('?', 2)[1] ?? '');
  const version = query.get('version');
  return { user: userOf(request), caller: callerOf(request), forcedVersion: forcedVersionOf(request) ?? (version ? versionName(version) : undefined) };
}

/** The path of a handshake, in the one reading that it has; undefined where it has none, or several. */
function pathOf(url = '/'): string | undefined {
  const target = readTarget(url);
  return typeof target === 'string' ? undefined : target.path;
}
