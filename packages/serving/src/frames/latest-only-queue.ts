interface NewestOptions<T> {
  /**
   * Does one piece of work; the next begins when it is done.
   *
   * @param dropped how many came since the last and were given up for newer ones
   */
  readonly work: (value: T, dropped: number) => Promise<void>;
  /** Milliseconds until the next may begin; infinite where somebody will call `proceed`. Asked until it is 0. */
  readonly waitMs: () => number;
  /** Told of each that is given up. */
  readonly onDrop: () => void;
}

/** Does one piece of work at a time and lets one wait: a newer one takes its place, so that nothing queues however fast they come. */
export class LatestOnlyQueue<T> {
  readonly #options: NewestOptions<T>;
  #waiting: { readonly value: T } | undefined;
  #isBusy = false;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NewestOptions<T>) {
    this.#options = options;
  }

  push(value: T): void {
    if (this.#waiting) {
      this.#dropped += 1;
      this.#options.onDrop();
    }
    this.#waiting = { value };
    this.proceed();
  }

  /** Begins what waits, if it may begin. */
  proceed(): void {
    if (this.#isBusy || this.#waiting === undefined || this.#timer) return;
    const waitMs = this.#options.waitMs();
    if (waitMs === Infinity) return;
    if (waitMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.proceed();
      }, waitMs);
      return;
    }
    const { value } = this.#waiting;
    const dropped = this.#dropped;
    this.#waiting = undefined;
    this.#dropped = 0;
    this.#isBusy = true;
    void this.#options.work(value, dropped).finally(() => {
      this.#isBusy = false;
      this.proceed();
    });
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#waiting = undefined;
    clearTimeout(this.#timer);
  }
}
