/** 64 bits of a hash that similar inputs share most of, as two numbers of 32 bits. */
export type Fingerprint = readonly [number, number];

/** Remembers the last fingerprints, to tell a sample that is new from one more frame of the same scene. */
export class SeenBefore {
  readonly #words: Int32Array;
  readonly #maxDistance: number;
  #next = 0;
  #filled = 0;

  /**
   * @param capacity fingerprints to remember
   * @param maxDistance bits in which two inputs that count as the same may differ
   */
  constructor(capacity: number, maxDistance: number) {
    this.#words = new Int32Array(2 * capacity);
    this.#maxDistance = maxDistance;
  }

  /** @returns whether one like it is remembered; if not, it is from now on */
  has([high, low]: Fingerprint): boolean {
    const words = this.#words;
    for (let at = 0; at < this.#filled; at++) {
      if (bitsOf(words[2 * at]! ^ high) + bitsOf(words[2 * at + 1]! ^ low) <= this.#maxDistance) return true;
    }
    words[2 * this.#next] = high;
    words[2 * this.#next + 1] = low;
    this.#next = (this.#next + 1) % (words.length / 2);
    this.#filled = Math.min(words.length / 2, this.#filled + 1);
    return false;
  }
}

/** Bits that are set, all pairs, nibbles and bytes at once (Warren, 'Hacker's Delight', section 5-1). */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
