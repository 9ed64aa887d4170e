import { Latencies } from './latencies.ts';

/** What one run of load measured. */
export interface LoadResult {
  /** Right answers a second within the measured window. */
  readonly throughput: number;
  /** Right answers within the measured window. */
  readonly answers: number;
  /** All answers, warm-up included: what the server's CPU time is divided by. */
  readonly total: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** By kind: `status 503`, `ECONNRESET` …; warm-up included. */
  readonly errors: Readonly<Record<string, number>>;
  /** CPU seconds that making the load cost. */
  readonly generatorCpu: number;
}

/** Counts outcomes; only those since {@link start} enter the latencies and the throughput. */
export class LoadAggregator {
  readonly #latencies = new Latencies();
  readonly #errors: Record<string, number> = {};
  #answers = 0;
  #total = 0;
  #startedAt = Infinity;

  /** The warm-up is over. */
  start(): void {
    this.#startedAt = performance.now();
  }

  /** @param sentAt when the request was or should have been sent: it counts when that was after the warm-up */
  add(ms: number, status: number, fault: string, sentAt = Infinity): void {
    this.#total += 1;
    if (status === 200) {
      if (this.#startedAt === Infinity || sentAt < this.#startedAt) return;
      this.#answers += 1;
      this.#latencies.add(ms);
    } else {
      const kind = status === 0 ? fault : `status ${status}`;
      this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
    }
  }

  /** A request that nobody answered while the run lasted; what it has waited so far counts, or the worst would be left out. */
  addUnanswered(ms: number, sentAt: number): void {
    this.#total += 1;
    this.#errors['unanswered'] = (this.#errors['unanswered'] ?? 0) + 1;
    if (sentAt >= this.#startedAt) this.#latencies.add(ms);
  }

  /** @param seconds how long requests were sent after the warm-up; until now, where it is not said */
  finish(seconds = (performance.now() - this.#startedAt) / 1000): LoadResult {
    const { user, system } = process.cpuUsage();
    return {
      throughput: this.#answers / seconds,
      answers: this.#answers,
      total: this.#total,
      ...this.#latencies.quantiles({ p50: 0.5, p99: 0.99, p999: 0.999 }),
      errors: this.#errors,
      generatorCpu: (user + system) / 1e6,
    };
  }
}
