import { Problem } from '@facet/problem';
import type { StageClock } from '@facet/telemetry';
import type { SessionHost } from './session-host.ts';
import { concatRows, sameRowShape, splitRows, type Tensors } from './tensor.ts';

/** What a request brings along on its way: when it must be done, whether anyone still waits, where its time went. */
export interface Work {
  /** On the clock of `performance.now()`. */
  readonly deadlineAt: number;
  /** Set when nobody waits for the answer any more. */
  readonly cancelled: boolean;
  readonly clock: StageClock;
}

/** What a batcher tells of itself; each call is one event. */
export interface BatcherMetrics {
  /** A run begins. Reasons: `idle` (a lone item), `grouped` (what had queued), `full` (as many rows as fit), `isolated` (alone, after its batch failed). */
  dispatched(reason: 'idle' | 'grouped' | 'full' | 'isolated', rows: number): void;
  /** A run ended. */
  ran(elapsedMs: number): void;
}

interface BatcherOptions {
  readonly maxBatchRows: number;
  /** Rows that may wait; one more is refused. */
  readonly maxQueueRows: number;
  readonly metrics?: BatcherMetrics;
}

interface Item {
  readonly inputs: Tensors;
  readonly rows: number;
  readonly work: Work;
  resolve(outputs: Tensors): void;
  reject(error: unknown): void;
}

/**
 * Groups what waits for one model into runs.
 *
 * A lone request never waits for company: a run starts as soon as the host has room, with whatever has queued by then.
 * Rows are counted, not requests. When a batch fails, each of its items is run alone, so that a bad one fails alone.
 */
export class Batcher {
  readonly #host: SessionHost;
  readonly #key: string;
  readonly #options: BatcherOptions;
  #queue: Item[] = [];
  #queuedRows = 0;
  #scheduled = false;
  /** Rows a millisecond, averaged over recent runs; tells a refused client when to come back. */
  #drainRate = 0;
  #lastRunEndedAt = 0;

  constructor(host: SessionHost, key: string, options: BatcherOptions) {
    this.#host = host;
    this.#key = key;
    this.#options = options;
  }

  /** Rows waiting for a run. */
  get queuedRows(): number {
    return this.#queuedRows;
  }

  /**
   * @param inputs tensors by input name, each with `rows` rows
   * @returns the outputs for exactly these rows
   * @throws {Problem} `overloaded` when the queue is full, `deadline-exceeded` when time ran out while waiting, `worker-lost`
   */
  submit(inputs: Tensors, rows: number, work: Work): Promise<Tensors> {
    if (this.#queuedRows + rows > this.#options.maxQueueRows) this.#sweep();
    if (this.#queuedRows + rows > this.#options.maxQueueRows && this.#queue.length > 0) return Promise.reject(this.#overloaded());
    return new Promise((resolve, reject) => {
      this.#queue.push({ inputs, rows, work, resolve, reject });
      this.#queuedRows += rows;
      this.#schedule();
    });
  }

  #overloaded(): Problem {
    const waitMs = this.#drainRate > 0 ? this.#queuedRows / this.#drainRate : 1000;
    return new Problem('overloaded', `The queue of ${this.#key} is full: ${this.#queuedRows} of ${this.#options.maxQueueRows} rows.`, {
      retryAfterSeconds: Math.min(60, waitMs / 1000),
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    if (this.#host.blocking) {
      // Let the event loop read what has arrived: all of it shares the run.
      this.#scheduled = true;
      setImmediate(this.#dispatchScheduled);
    } else if (this.#host.idle > 0) {
      this.#dispatch();
    } else {
      this.#scheduled = true;
      this.#host.whenIdle(this.#dispatchScheduled);
    }
  }

  readonly #dispatchScheduled = (): void => {
    this.#scheduled = false;
    if (this.#host.idle > 0) this.#dispatch();
    else this.#schedule();
  };

  /** Starts as many runs as the host has room for. */
  #dispatch(): void {
    while (this.#host.idle > 0) {
      const batch = this.#take();
      if (batch.length === 0) return;
      const rows = batch.reduce((sum, item) => sum + item.rows, 0);
      void this.#run(batch, batch.length === 1 ? 'idle' : rows >= this.#options.maxBatchRows ? 'full' : 'grouped', rows);
      if (this.#host.blocking) break;
    }
    this.#schedule();
  }

  /** The next items that fit one run, oldest first; drops those that nobody waits for or that came too late. */
  #take(): Item[] {
    this.#sweep();
    const batch: Item[] = [];
    let rows = 0;
    for (const item of this.#queue) {
      if (batch.length > 0 && (rows + item.rows > this.#options.maxBatchRows || !sameRowShape(batch[0]!.inputs, item.inputs))) break;
      batch.push(item);
      rows += item.rows;
    }
    this.#queue.splice(0, batch.length);
    this.#queuedRows -= rows;
    return batch;
  }

  #sweep(): void {
    const now = performance.now();
    const isDead = ({ work }: Item) => work.cancelled || work.deadlineAt <= now;
    if (!this.#queue.some(isDead)) return;
    const kept: Item[] = [];
    for (const item of this.#queue) {
      if (isDead(item)) {
        this.#queuedRows -= item.rows;
        item.work.clock.mark('queue');
        item.reject(new Problem('deadline-exceeded', 'The deadline passed while the request was queued for the model.'));
      } else kept.push(item);
    }
    this.#queue = kept;
  }

  async #run(batch: readonly Item[], reason: Parameters<BatcherMetrics['dispatched']>[0], rows: number): Promise<void> {
    const beganAt = performance.now();
    for (const { work } of batch) work.clock.mark('queue', beganAt);
    this.#options.metrics?.dispatched(reason, rows);
    try {
      const running = this.#host.run(this.#key, batch.length === 1 ? batch[0]!.inputs : concatRows(batch.map(({ inputs }) => inputs)));
      const outputs = running instanceof Promise ? await running : running;
      const parts = splitRows(
        outputs,
        batch.map((item) => item.rows),
      );
      const endedAt = performance.now();
      this.#observe(beganAt, endedAt, rows);
      for (const [index, item] of batch.entries()) {
        item.work.clock.mark('infer', endedAt);
        item.resolve(parts[index]!);
      }
    } catch (error) {
      if (batch.length === 1 || error instanceof Problem) for (const item of batch) item.reject(error);
      else for (const item of batch) this.#runAlone(item);
    }
  }

  #runAlone(item: Item): void {
    if (this.#host.idle > 0) void this.#run([item], 'isolated', item.rows);
    else this.#host.whenIdle(() => this.#runAlone(item));
  }

  #observe(beganAt: number, endedAt: number, rows: number): void {
    this.#options.metrics?.ran(endedAt - beganAt);
    // Side-by-side runs drain together, so the rate is taken between their ends while there is a queue.
    const since = endedAt - (this.#queuedRows > 0 ? Math.max(beganAt, this.#lastRunEndedAt) : beganAt);
    const rate = rows / Math.max(since, 0.01);
    this.#drainRate = this.#drainRate === 0 ? rate : 0.9 * this.#drainRate + 0.1 * rate;
    this.#lastRunEndedAt = endedAt;
  }
}
