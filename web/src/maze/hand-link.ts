import type { FrameStream, Hand as SentHand } from '@facet/client';
import type { Action, GestureAnswer, StreamMessage } from '@facet/contracts';
import { ask } from '../api/ask.ts';
import { facet } from '../api/facet.ts';
import { onNewKey } from '../api/key.ts';
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

/** Single answers to requests are not smoothed at the service: an action counts when two in a row agree on it, and surely. */
const sureAt = 0.6;

/** Sends frames of a hand to the service over its stream, or one request a frame where no stream comes about. */
export class HandLink {
  readonly #listener: LinkListener;
  readonly #post: (hand: Hand | null) => void;
  readonly #forgetKeys: () => void;
  #stream: FrameStream<SentHand | null>;
  /** Set while there is no stream, once that is known. */
  #isWithout = false;
  #before: Action | null = null;
  #isClosed = false;

  constructor(listener: LinkListener) {
    this.#listener = listener;
    this.#post = latest((hand) => this.#request(hand));
    this.#stream = this.#open();
    // A stream that was refused for the key is opened with the next.
    this.#forgetKeys = onNewKey(() => {
      this.#stream.close();
      this.#stream = this.#open();
    });
  }

  send(hand: Hand | null): void {
    if (this.#stream.isOpen) this.#stream.send(hand && { landmarks: hand.landmarks.map(({ x, y }) => ({ x, y })), image: hand.image });
    else if (this.#isWithout) this.#post(hand);
  }

  close(): void {
    this.#isClosed = true;
    this.#forgetKeys();
    this.#stream.close();
  }

  #open(): FrameStream<SentHand | null> {
    return facet().gesture.stream({
      // The request that is made instead tells why, and asks for a key.
      asksWhy: false,
      onOpen: (hello) => {
        this.#isWithout = false;
        this.#listener.travels('stream');
        this.#listener.greeted(hello);
      },
      onAnswer: ({ gesture, confidence, action }, roundTripMs) => this.#listener.seen({ gesture, confidence, action, roundTripMs }),
      onProblem: ({ problem }) => this.#listener.failed(problem.detail),
      onLost: () => {
        this.#isWithout = true;
        this.#listener.travels('requests');
      },
    });
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
