import { backoffMs } from '@facet/math';

/** When a breaker opens, and for how long. Times are milliseconds. */
export interface BreakerOptions {
  /** Failures in a row that open it, unless one says enough by itself. */
  readonly failures: number;
  /** However many they are, it stays closed when there was an answer within this time. */
  readonly quietMs: number;
  /** How long it is open first. Each further time doubles it, up to the cap. */
  readonly floorMs: number;
  readonly capMs: number;
}

/**
 * Whether someone who failed is to be left alone for a while: one pod, or a service as a whole.
 *
 * Closed, open (until a time), or on trial: its time is over and no answer has come yet. Every time here is on the clock of
 * `performance.now()`.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #failures = 0;
  #times = 0;
  #until = 0;
  #answeredAt = -Infinity;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Between its first opening and its next answer. */
  get isOnTrial(): boolean {
    return this.#times > 0;
  }

  isOpen(now: number): boolean {
    return now < this.#until;
  }

  /** Milliseconds until it may be tried again, 0 where it may be now. */
  waitMs(now: number): number {
    return Math.max(0, this.#until - now);
  }

  /** An answer came: whatever was before is forgotten. */
  succeed(now: number): void {
    this.#answeredAt = now;
    this.#failures = 0;
    this.#times = 0;
    this.#until = 0;
  }

  /**
   * @param isPlain nobody answers there, or it says itself that it is not up: one is enough
   * @returns true when it opens by this
   */
  fail(now: number, isPlain = false): boolean {
    const { failures, quietMs, floorMs, capMs } = this.#options;
    // All that was in flight fails together; that is one failure, not many.
    if (this.isOpen(now)) return false;
    this.#failures += 1;
    if (!isPlain && !this.isOnTrial && (this.#failures < failures || now - this.#answeredAt < quietMs)) return false;
    this.#times += 1;
    this.#until = now + backoffMs(this.#times, { firstMs: floorMs, mostMs: capMs });
    this.#failures = 0;
    return true;
  }
}
