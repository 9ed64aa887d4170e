/**
 * The pixels of large pictures that one process decodes at once: the sum over all requests, and over the items of each batch.
 *
 * Progressive JPEGs and interlaced PNGs cannot be read in strips. The decoder holds all of such a picture, at up to 8 bytes a pixel, and
 * would hold as many pictures as the process has threads. What exceeds the budget waits, in the order in which it came; a picture larger
 * than the whole budget is decoded alone.
 */
export class PixelBudget {
  readonly #maxPixels: number;
  readonly #waiting: { readonly pixels: number; readonly start: () => void }[] = [];
  #heldPixels = 0;

  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels;
  }

  /** Runs the work once its pixels fit. */
  async run<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#hasRoom(pixels)) {
      await new Promise<void>((start) => {
        this.#waiting.push({ pixels, start });
      });
    } else this.#heldPixels += pixels;
    try {
      return await work();
    } finally {
      this.#heldPixels -= pixels;
      this.#startWaiting();
    }
  }

  #hasRoom(pixels: number): boolean {
    return this.#heldPixels === 0 || this.#heldPixels + pixels <= this.#maxPixels;
  }

  #startWaiting(): void {
    for (let [next] = this.#waiting; next && this.#hasRoom(next.pixels); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#heldPixels += next.pixels;
      next.start();
    }
  }
}
