import { Problem } from '@facet/problem';
import { Concurrency } from '../admit/concurrency.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Breaker } from './breaker.ts';

export const refusals = ['breaker', 'limit'] as const;

export interface AdmissionControllerOptions {
  /** Failures in a row, without an answer in between, after which a service is left alone; 0 never. */
  readonly breakerFailures: number;
  /** Longest time between two trials of a service that is left alone. */
  readonly breakerOpenMs: number;
  readonly limit: 'adaptive' | 'off';
  readonly limitMin: number;
  readonly limitMax: number;
  readonly limitSlackMs: number;
}

export interface AdmissionEvents {
  opened(): void;
  refused(reason: (typeof refusals)[number]): void;
}

/** A partly healthy service answers something within this time, and is never left alone as a whole. */
const quietMs = 1000;
const firstOpenMs = 500;

/**
 * Lets predictions in to a service, or refuses them before they cost it anything: while nothing comes back from it (its breaker is open, and
 * one request at a time is let through to try), and while more is under way than it can work on (its limit is reached).
 *
 * As long as there is room everybody gets of it what they ask for. Where there is none, those who hold less than an equal part of it are let
 * in all the same: the excess is of those who ask for more.
 */
export class AdmissionController {
  readonly #options: AdmissionControllerOptions;
  readonly #events: AdmissionEvents;
  readonly #breaker: Breaker;
  readonly #limit: AdaptiveLimit;
  readonly #callers = new Concurrency();
  #isTrying = false;

  constructor(options: AdmissionControllerOptions, events: AdmissionEvents) {
    this.#options = options;
    this.#events = events;
    this.#breaker = new Breaker({
      failures: options.breakerFailures,
      quietMs,
      floorMs: Math.min(firstOpenMs, options.breakerOpenMs),
      capMs: options.breakerOpenMs,
    });
    this.#limit = new AdaptiveLimit({ min: options.limitMin, max: options.limitMax, slackMs: options.limitSlackMs });
  }

  /** Predictions that may be under way at once; undefined where nothing limits them. */
  get limit(): number | undefined {
    return this.#options.limit === 'off' ? undefined : this.#limit.limit;
  }

  get inFlight(): number {
    return this.#limit.inFlight;
  }

  /** False while the service as a whole is left alone. */
  allows(now: number): boolean {
    return !this.#breaker.isOnTrial || (!this.#breaker.isOpen(now) && !this.#isTrying);
  }

  /**
   * Refuses what would not be let in now.
   *
   * @throws {Problem} `upstream-unavailable`, `overloaded`
   */
  check(caller: string): void {
    const now = performance.now();
    if (!this.allows(now)) {
      this.#events.refused('breaker');
      throw new Problem('upstream-unavailable', undefined, { retryAfterSeconds: this.#breaker.waitMs(now) / 1000, cause: 'the circuit breaker is open' });
    }
    if (this.#options.limit === 'off' || !this.#limit.isFull || this.#holdsLittle(caller)) return;
    this.#limit.refuse();
    this.#events.refused('limit');
    throw new Problem('overloaded', 'The service is at capacity.', { retryAfterSeconds: 1 });
  }

  /**
   * Lets a request in, and gives back what must be called when it is over.
   *
   * @throws {Problem} as `check`
   */
  enter(caller: string): () => void {
    this.check(caller);
    const isTrial = this.#breaker.isOnTrial;
    if (isTrial) this.#isTrying = true;
    this.#limit.enter();
    this.#callers.enter(caller);
    return () => {
      if (isTrial) this.#isTrying = false;
      this.#callers.leave(caller);
      this.#limit.leave();
    };
  }

  /** A prediction was answered within so many milliseconds. */
  predicted(latencyMs: number): void {
    this.#limit.see(latencyMs);
  }

  /** One waited so long, and its time was over. */
  timedOut(waitedMs: number): void {
    this.#limit.giveUp(waitedMs);
  }

  /** Something came back from the service, or a pod of it is new. */
  succeed(): void {
    this.#breaker.succeed(performance.now());
  }

  /** An attempt came to nothing. */
  fail(): void {
    if (this.#options.breakerFailures > 0 && this.#breaker.fail(performance.now())) this.#events.opened();
  }

  #holdsLittle(caller: string): boolean {
    const own = this.#callers.of(caller);
    const callers = this.#callers.callers + (own === 0 ? 1 : 0);
    return callers > 1 && own + 1 <= this.#limit.limit / callers;
  }
}
