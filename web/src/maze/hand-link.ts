import type { Action, GestureAnswer, StreamFrame, StreamMessage } from '@facet/contracts';
import { ask } from '../api/ask.ts';
import { latest } from '../page/latest.ts';
import type { Hand } from './hand.ts';

type Hello = Extract<StreamMessage, { type: 'hello' }>;

/** What the service makes of a frame, whichever way it was asked. */
export interface Seen {
  readonly gesture: string | null;
  readonly confidence: number;
  readonly action: Action | null;
  readonly roundTripMs: number;
}

interface LinkListener {
  seen(seen: Seen): void;
  /** The stream's greeting: what gestures mean. */
  greeted(hello: Hello): void;
  /** How frames travel from now on. */
  travels(by: 'stream' | 'requests'): void;
  failed(sentence: string): void;
}

/** Bytes that may wait in the socket before frames are left out: an old frame is of no use. */
const maxWaitingBytes = 16 * 1024;
const retryMs = { first: 500, most: 8000 };
/** Single answers to requests are not smoothed at the service: an action counts when two in a row agree on it, and surely. */
const sureAt = 0.6;

/** Sends frames of a hand to the service over its stream, or one request a frame where no stream comes about. */
export class HandLink {
  readonly #listener: LinkListener;
  readonly #sentAt = new Map<number, number>();
  readonly #post: (hand: Hand | null) => void;
  #socket: WebSocket | undefined;
  #seq = 0;
  #retryMs = retryMs.first;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: Action | null = null;
  #isClosed = false;

  constructor(listener: LinkListener) {
    this.#listener = listener;
    this.#post = latest((hand) => this.#request(hand));
    this.#connect();
  }

  /** Sends a frame; one that would only wait is left out. */
  send(hand: Hand | null): void {
    const socket = this.#socket;
    if (socket?.readyState === WebSocket.OPEN) {
      if (socket.bufferedAmount > maxWaitingBytes) return;
      const seq = this.#seq++;
      const frame: StreamFrame = hand ? { seq, landmarks: hand.landmarks.map(({ x, y }) => ({ x, y })), image: hand.image } : { seq, landmarks: null };
      this.#sentAt.set(seq, performance.now());
      socket.send(JSON.stringify(frame));
    } else if (socket?.readyState !== WebSocket.CONNECTING) this.#post(hand);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  #connect(): void {
    const url = new URL('gesture/stream', document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as StreamMessage));
    socket.addEventListener('close', () => {
      this.#sentAt.clear();
      if (this.#isClosed) return;
      this.#listener.travels('requests');
      this.#timer = setTimeout(() => this.#connect(), this.#retryMs);
      this.#retryMs = Math.min(retryMs.most, this.#retryMs * 2);
    });
  }

  #hear(message: StreamMessage): void {
    if (this.#isClosed) return;
    if (message.type === 'hello') {
      this.#retryMs = retryMs.first;
      this.#listener.travels('stream');
      this.#listener.greeted(message);
      return;
    }
    if (message.type === 'problem') {
      this.#listener.failed(message.problem.detail);
      return;
    }
    const { seq, gesture, confidence, action } = message;
    const sentAt = this.#sentAt.get(seq ?? -1) ?? performance.now();
    // What was sent before and has no answer was replaced by this frame.
    for (const earlier of this.#sentAt.keys()) if (earlier <= (seq ?? -1)) this.#sentAt.delete(earlier);
    this.#listener.seen({ gesture, confidence, action, roundTripMs: performance.now() - sentAt });
  }

  async #request(hand: Hand | null): Promise<void> {
    if (!hand) {
      this.#before = null;
      this.#listener.seen({ gesture: null, confidence: 0, action: null, roundTripMs: 0 });
      return;
    }
    try {
      const { body, roundTripMs } = await ask<GestureAnswer>('gesture/predict', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(hand),
      });
      const sure = body.confidence >= sureAt ? body.action : null;
      const action = sure === this.#before ? sure : null;
      this.#before = sure;
      if (!this.#isClosed) this.#listener.seen({ gesture: body.gesture, confidence: body.confidence, action, roundTripMs });
    } catch (error) {
      if (!this.#isClosed) this.#listener.failed((error as Error).message);
    }
  }
}
