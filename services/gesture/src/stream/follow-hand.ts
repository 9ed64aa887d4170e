import type { Action } from '@facet/contracts';

/** How quickly the picture of a hand follows its frames: after this time the past counts for a third. */
const settleMs = 120;
/** A hand that nobody spoke of for this long is another hand; slow machines find one only once or twice a second. */
const forgetMs = 3000;
/** What stands for the time before the first frame. */
const usualFrameMs = 1000 / 30;
/** Share of its gesture at which an action begins, and below which it ends: two, so that it does not flicker between them. */
const beginsAt = 0.6;
const endsBelow = 0.4;

interface Held {
  readonly action: Action | null;
  /** Smoothed share of the gesture behind the action; of the likeliest gesture when there is none. */
  readonly confidence: number;
  /** True where the action begins with this frame. */
  readonly started: boolean;
}

/**
 * Follows one hand from frame to frame: single frames that are read wrongly move nothing, a gesture that is held acts after about a tenth of a second.
 *
 * The shares of the gestures are averaged exponentially over time, from nothing, so that frames need not come evenly.
 */
export class HandFollower {
  readonly #actions: Readonly<Record<string, Action>>;
  readonly #shares = new Map<string, number>();
  #seenAt: number | undefined;
  #held: string | undefined;

  /** @param actions what gestures mean, by name */
  constructor(actions: Readonly<Record<string, Action>>) {
    this.#actions = actions;
  }

  /** Forgets the hand: none is seen. */
  lose(): void {
    this.#shares.clear();
    this.#seenAt = undefined;
    this.#held = undefined;
  }

  /**
   * Takes in a frame.
   *
   * @param probabilities share of each gesture, by name
   * @param atMs when the frame came, on any clock that only goes forward
   */
  follow(probabilities: Readonly<Record<string, number>>, atMs: number): Held {
    if (this.#seenAt !== undefined && atMs - this.#seenAt > forgetMs) this.lose();
    const elapsedMs = this.#seenAt === undefined ? usualFrameMs : atMs - this.#seenAt;
    this.#seenAt = atMs;
    const weight = 1 - Math.exp(-elapsedMs / settleMs);
    let likeliest = '';
    for (const [gesture, share] of Object.entries(probabilities)) {
      const before = this.#shares.get(gesture) ?? 0;
      this.#shares.set(gesture, before + weight * (share - before));
      if (this.#share(gesture) > this.#share(likeliest)) likeliest = gesture;
    }
    const before = this.#held;
    if (this.#share(likeliest) >= beginsAt) this.#held = likeliest;
    else if (this.#held !== undefined && this.#share(this.#held) < endsBelow) this.#held = undefined;
    const action = this.#held !== undefined && Object.hasOwn(this.#actions, this.#held) ? this.#actions[this.#held]! : null;
    return { action, confidence: this.#share(this.#held ?? likeliest), started: action !== null && this.#held !== before };
  }

  #share(gesture: string): number {
    return this.#shares.get(gesture) ?? 0;
  }
}
