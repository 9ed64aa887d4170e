import type { ObjectStore } from '@facet/object-store';
import { Problem } from '@facet/problem';

const measuredEveryMs = 60_000;

/** How many there are, at most so many. */
export async function countUpTo(bound: number, items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) if ((count += 1) >= bound) break;
  return count;
}

/** Holds what lies below a prefix to so many bytes; measured now and then, counted in between. */
export class FillGauge {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #measuredAt = -Infinity;

  /** @param maxBytes 0 is no limit */
  constructor(store: ObjectStore, prefix: string, maxBytes: number) {
    this.#store = store;
    this.#prefix = prefix;
    this.#maxBytes = maxBytes;
  }

  /** @throws {Problem} `samples-full` when so many bytes more would be too many */
  async claim(bytes: number): Promise<void> {
    if (this.#maxBytes === 0) return;
    if (performance.now() - this.#measuredAt > measuredEveryMs) {
      this.#measuredAt = performance.now();
      let found = 0;
      for await (const object of this.#store.list(this.#prefix)) found += object.bytes;
      this.#bytes = found;
    }
    if (this.#bytes + bytes > this.#maxBytes)
      throw new Problem('samples-full', `The limit of ${this.#maxBytes} bytes for labelled samples (LABELLED_MAX_BYTES) is reached.`);
    this.#bytes += bytes;
  }
}
