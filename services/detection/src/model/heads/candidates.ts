/** What a detector's output says of one place under one class, before it is known to be an object. */
export interface Candidate {
  readonly class: number;
  readonly confidence: number;
  /** x1, y1, x2, y2 in pixels of the model's input. */
  readonly corners: readonly [number, number, number, number];
}

/** Most candidates that are kept, best first: of a hundred objects these are far more than enough. */
const most = 10_000;

/**
 * Gathers candidates, in bounded time and memory: with a threshold near 0 and a place for every class, a detector has
 * a million, and sorting those out would hold the event loop for a second.
 */
export class Candidates {
  /** Least confidence that is still wanted; rises as better ones come. */
  least: number;
  #found: Candidate[] = [];

  /** @param confThreshold what has no confidence at all never is a candidate, even with 0 */
  constructor(confThreshold: number) {
    this.least = Math.max(confThreshold, Number.MIN_VALUE);
  }

  /** Takes a candidate whose confidence is at least `least`. */
  add(candidate: Candidate): void {
    this.#found.push(candidate);
    if (this.#found.length >= 2 * most) this.#prune();
  }

  /** The best, in the order in which they came. */
  toArray(): readonly Candidate[] {
    if (this.#found.length > most) this.#prune();
    return this.#found;
  }

  #prune(): void {
    const ranked = Float64Array.from(this.#found, ({ confidence }) => confidence).toSorted();
    const least = ranked[ranked.length - most]!;
    // Of those that are just as good as the last, only so many have room.
    let room = ranked.subarray(-most).lastIndexOf(least) + 1;
    this.#found = this.#found.filter(({ confidence }) => confidence > least || (confidence === least && room-- > 0));
    this.least = least;
  }
}
