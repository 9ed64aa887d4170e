import { Problem } from '@facet/problem';

/** What holds bytes of bodies: a request, or a stream that receives a message. */
export interface BodyHolder {
  heldBytes: number;
}

/**
 * The bytes that one process may hold of bodies that were received and are not done with, over all requests.
 *
 * One alone may always hold what its own limits allow, so that no budget is too small to work at all.
 */
export class BodyBudget {
  readonly limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether so much more could be held now. */
  hasRoom(holder: BodyHolder, bytes: number): boolean {
    return this.#heldBytes + bytes <= this.limitBytes || this.#heldBytes === holder.heldBytes;
  }

  /** @throws {Problem} `overloaded` when it would be too much */
  hold(holder: BodyHolder, bytes: number): void {
    if (!this.hasRoom(holder, bytes)) throw overBudget();
    holder.heldBytes += bytes;
    this.#heldBytes += bytes;
  }

  /** Takes back some of what a holder has. */
  giveBack(holder: BodyHolder, bytes: number): void {
    holder.heldBytes -= bytes;
    this.#heldBytes -= bytes;
  }

  /** Takes back all that a holder has. */
  release(holder: BodyHolder): void {
    this.#heldBytes -= holder.heldBytes;
    holder.heldBytes = 0;
  }
}

export function overBudget(): Problem {
  return new Problem('overloaded', 'The memory budget for request bodies (BODY_BUDGET_BYTES) is exhausted; retry later.', { retryAfterSeconds: 1 });
}
