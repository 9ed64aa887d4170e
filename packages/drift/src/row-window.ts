import type { Row } from './feature.ts';

/** The last rows of a stream, in a ring. */
export class RowWindow {
  readonly size: number;
  readonly #width: number;
  readonly #values: Float64Array;
  #next = 0;
  #filled = 0;

  constructor(size: number, width: number) {
    this.size = size;
    this.#width = width;
    this.#values = new Float64Array(size * width);
  }

  get length(): number {
    return this.#filled;
  }

  push(row: Row): void {
    const at = this.#next * this.#width;
    for (let column = 0; column < this.#width; column++) this.#values[at + column] = row[column]!;
    this.#next = (this.#next + 1) % this.size;
    this.#filled = Math.min(this.size, this.#filled + 1);
  }

  /** Oldest first. */
  rows(): Float64Array[] {
    const first = this.#filled < this.size ? 0 : this.#next;
    return Array.from({ length: this.#filled }, (_, index) => {
      const at = ((first + index) % this.size) * this.#width;
      return this.#values.slice(at, at + this.#width);
    });
  }

  column(index: number): number[] {
    return Array.from({ length: this.#filled }, (_, row) => this.#values[row * this.#width + index]!);
  }

  clear(): void {
    this.#next = 0;
    this.#filled = 0;
  }
}
