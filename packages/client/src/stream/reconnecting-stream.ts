import type { bearerProtocol, streamProtocol } from '@facet/contracts';
import { FacetError } from '../facet-error.ts';
import { closeReasonOf, refusalOf, type CloseReason } from './close-reason.ts';
import type { Said, Wire } from './wire.ts';

/** That a connection was lost, or not granted. */
export interface StreamLoss {
  /** With which it closed; 1006 where it was not granted. */
  readonly code: number;
  readonly reason: string;
  readonly error: FacetError;
  /** Until there is another: never, where another would end in the same way. */
  readonly retryInMs: number | undefined;
}

/** What a stream tells of. */
export interface StreamEvents<Message> {
  /** Hears what becomes of frames, so long after they were sent; frames that newer ones replaced are told in `dropped`. */
  readonly onAnswer: (answer: Said<Message>['answer'], roundTripMs: number) => void;
  /** Hears the greeting of each connection. */
  readonly onOpen?: (hello: Said<Message>['hello']) => void;
  /** Hears that a frame cannot be read; the stream goes on. */
  readonly onProblem?: (problem: Said<Message>['problem']) => void;
  readonly onLost?: (loss: StreamLoss) => void;
}

/** Sends frames for as long as it is open, over one connection after another. */
export interface FrameStream<Frame> {
  /** False while there is no connection. */
  readonly isOpen: boolean;
  /** Sends a frame, or leaves it out where it would only wait. While there is no connection the newest is kept, for older ones are of no use. */
  send(frame: Frame): void;
  close(): void;
}

export interface StreamParts<Frame, Message extends { type: string }> {
  /** From `ws:` or `wss:` on; it holds no secret. */
  readonly url: string;
  readonly credential: () => string | undefined | Promise<string | undefined>;
  readonly wire: Wire<Frame, Message>;
  readonly events: StreamEvents<Message>;
  /** Asks the gateway why it let no stream in: browsers tell a page nothing of a refused handshake. */
  readonly whyNot: () => Promise<FacetError>;
  readonly webSocket: (url: string, protocols: string[]) => WebSocket;
}

// The compiler holds them to the contract's, whose code is no part of this package.
const protocol: typeof streamProtocol = 'facet.stream';
const bearer: typeof bearerProtocol = 'facet.bearer.';

const wait = { firstMs: 100, mostMs: 8000 };

/** Keeps a stream open until it is closed here or refused for good. */
export class ReconnectingStream<Frame, Message extends { type: string }> implements FrameStream<Frame> {
  readonly #parts: StreamParts<Frame, Message>;
  readonly #sentAt = new Map<number, number>();
  #socket: WebSocket | undefined;
  #newest: { readonly frame: Frame } | undefined;
  #count = 0;
  #losses = 0;
  #isOpen = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: StreamParts<Frame, Message>) {
    this.#parts = parts;
    void this.#connect();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(frame: Frame): void {
    const { wire } = this.#parts;
    if (this.#isClosed) return;
    if (!this.#isOpen) {
      this.#newest = { frame };
      return;
    }
    const socket = this.#socket!;
    if (socket.bufferedAmount > wire.mostWaitingBytes) return;
    const number = this.#count++;
    this.#sentAt.set(number, performance.now());
    socket.send(wire.encode(frame, number));
  }

  close(): void {
    this.#isClosed = true;
    this.#isOpen = false;
    this.#newest = undefined;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  async #connect(): Promise<void> {
    const { url, credential, webSocket, wire } = this.#parts;
    let key: string | undefined;
    try {
      key = await credential();
      if (this.#isClosed) return;
      this.#socket = webSocket(url, key === undefined ? [] : [protocol, bearer + key]);
    } catch (cause) {
      // A key that cannot be had may be had later; one that no handshake can carry never will.
      const fields = { status: undefined, code: 'unauthenticated', requestId: undefined, cause };
      this.#lose(1006, '', { error: new FacetError('the key cannot be had or sent', fields), isFinal: key !== undefined });
      return;
    }
    if (wire.countsAnew) this.#count = 0;
    this.#sentAt.clear();
    let isGranted = false;
    this.#socket.addEventListener('open', () => {
      isGranted = true;
    });
    this.#socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Message));
    this.#socket.addEventListener('close', ({ code, reason }) => void this.#leave(isGranted, code, reason));
  }

  #hear(message: Message): void {
    if (this.#isClosed) return;
    const { wire, events } = this.#parts;
    if (message.type === 'hello') {
      this.#isOpen = true;
      this.#losses = 0;
      events.onOpen?.(message as Said<Message>['hello']);
      if (this.#newest) this.send(this.#newest.frame);
      this.#newest = undefined;
      return;
    }
    const said = message as Said<Message>['answer'] | Said<Message>['problem'];
    const number = wire.numberOf(said) ?? -1;
    const now = performance.now();
    const roundTripMs = now - (this.#sentAt.get(number) ?? now);
    // What was sent before and has no answer was replaced by this frame.
    for (const earlier of this.#sentAt.keys()) if (earlier <= number) this.#sentAt.delete(earlier);
    if (message.type === 'answer') events.onAnswer(said as Said<Message>['answer'], roundTripMs);
    else events.onProblem?.(said as Said<Message>['problem']);
  }

  async #leave(wasGranted: boolean, code: number, reason: string): Promise<void> {
    this.#isOpen = false;
    if (this.#isClosed) return;
    this.#lose(code, reason, wasGranted ? closeReasonOf(code, reason) : refusalOf(await this.#parts.whyNot()));
  }

  #lose(code: number, reason: string, { error, isFinal }: CloseReason): void {
    // It may have been closed while it was asked why.
    if (this.#isClosed) return;
    this.#isClosed = isFinal;
    // Half of it random: everyone else has lost the same server.
    const pauseMs = Math.min(wait.mostMs, wait.firstMs * 2 ** this.#losses) * (0.5 + Math.random() / 2);
    const retryInMs = isFinal ? undefined : Math.round(Math.max(error.retryAfterMs ?? 0, pauseMs));
    this.#losses += 1;
    if (retryInMs !== undefined) this.#timer = setTimeout(() => void this.#connect(), retryInMs);
    this.#parts.events.onLost?.({ code, reason, error, retryInMs });
  }
}
