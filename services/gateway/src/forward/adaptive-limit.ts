import { BaseLatency } from './base-latency.ts';

export interface LimitOptions {
  /** Never fewer than this many at once: so few are a coincidence, not an overload. */
  readonly min: number;
  readonly max: number;
  /** Latency beyond the usual that is no overload yet. */
  readonly slackMs: number;
  /** Milliseconds, never going back. */
  readonly clock?: () => number;
}

/** A window takes at least this long and has at least so many answers: fewer say little. */
const windowMs = 100;
const windowAnswers = 40;
/** Nor is half as much again as without a queue. */
const tolerance = 1.5;
/** Latency above that for less than this is a stall: what came meanwhile is soon made up for. */
const stallMs = 1000;
/** The most by which one window makes the limit larger. */
const growth = 1.25;
/** Requests that may be under way at once before anything is known. */
const firstLimit = 256;
/** How far the limit comes back by itself in quiet times: to so many, or to what so many seconds bring. */
const restLimit = 64;
const restMs = 2000;
/** While requests are refused, how often the latency without a queue is measured anew. */
const probeEveryMs = 10_000;

/**
 * How many requests may be under way at once at one service, found from how long their answers take.
 *
 * More at once than a service can work on only wait. So where answers take longer on average than the target, half a time more than without
 * a queue or the slack more, and not only for a moment, the limit goes towards what keeps the target at the throughput of that window: by Little's law, their product.
 * Where they took less, it grows towards that, as long as it is used. The latency without a queue is the least lately. While requests are
 * refused that must neither be forgotten, nor stay when the work has become heavier: every ten seconds the limit is halved for two
 * windows, in which queues run dry, and it is measured anew.
 *
 * After Netflix' concurrency-limits (Gradient2Limit), Envoy's adaptive concurrency filter (the latency measured at a lowered limit) and BBR
 * (Cardwell et al., 2016: in flight = throughput x latency). What differs: all latencies are means, so that one light request is no
 * measure for heavy ones; in quiet times the limit comes back to what two seconds bring, so that a stall does not refuse anybody; and only
 * refusals lead to measuring, which so costs nothing while all is well.
 */
export class AdaptiveLimit {
  inFlight = 0;
  readonly #min: number;
  readonly #max: number;
  readonly #slackMs: number;
  readonly #clock: () => number;
  readonly #base = new BaseLatency();
  #limit: number;
  #windowAt: number;
  #sumMs = 0;
  #answers = 0;
  #peak = 0;
  #hasRefused = false;
  #slowSince = Infinity;
  #probeAt = Infinity;
  /** Windows that the probe under way still takes: one for the queue to run dry, one to measure. */
  #probeWindows = 0;
  #limitBefore = 0;

  constructor({ min, max, slackMs, clock = () => performance.now() }: LimitOptions) {
    this.#min = min;
    this.#max = Math.max(min, max);
    this.#slackMs = slackMs;
    this.#clock = clock;
    this.#limit = this.#within(firstLimit);
    this.#windowAt = clock();
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get isFull(): boolean {
    return this.inFlight >= this.limit;
  }

  /** Notes that a request is refused because the limit is full. */
  refuse(): void {
    this.#hasRefused = true;
    if (this.#probeAt === Infinity) this.#probeAt = this.#clock() + probeEveryMs;
  }

  /** A request is sent; whoever enters must leave. */
  enter(): void {
    this.inFlight += 1;
    if (this.inFlight > this.#peak) this.#peak = this.inFlight;
  }

  leave(): void {
    this.inFlight -= 1;
  }

  /** The deadline passed before an answer came: that says how long answers take only where it waited long. */
  giveUp(waitedMs: number): void {
    if (waitedMs >= this.#targetMs) this.see(waitedMs);
  }

  /** An answer of the model took so long. */
  see(latencyMs: number): void {
    this.#sumMs += latencyMs;
    this.#answers += 1;
    if (this.#answers < windowAnswers) return;
    const now = this.#clock();
    // A queue runs dry within the time that its last request waits.
    const leastMs = this.#probeWindows > 0 ? Math.max(windowMs, this.#sumMs / this.#answers) : windowMs;
    if (now - this.#windowAt >= leastMs) this.#closeWindow(now);
  }

  get #targetMs(): number {
    return Math.max(this.#base.ms * tolerance, this.#base.ms + this.#slackMs);
  }

  #closeWindow(now: number): void {
    if (this.#probeWindows > 0) this.#probe(now);
    else if (now >= this.#probeAt) this.#beginProbe();
    else this.#adjust(now);
    this.#windowAt = now;
    this.#sumMs = 0;
    this.#answers = 0;
    this.#peak = this.inFlight;
    this.#hasRefused = false;
  }

  #adjust(now: number): void {
    this.#base.see(this.#sumMs, this.#answers, now, this.#hasRefused);
    const perMs = this.#answers / (now - this.#windowAt);
    const fit = perMs * this.#targetMs;
    if (this.#sumMs / this.#answers > this.#targetMs) {
      this.#slowSince = Math.min(this.#slowSince, now);
      if (fit < this.#limit && now - this.#slowSince >= stallMs) this.#limit = this.#within((this.#limit + fit) / 2);
      return;
    }
    this.#slowSince = Infinity;
    if (this.#hasRefused) this.#growTowards(fit);
    else {
      const rest = Math.max(restLimit, perMs * restMs);
      this.#growTowards(this.#peak >= this.#limit / 2 ? Math.max(fit, rest) : rest);
      this.#probeAt = Infinity;
    }
  }

  #growTowards(goal: number): void {
    if (goal > this.#limit) this.#limit = this.#within(Math.min(this.#limit * growth, goal));
  }

  #beginProbe(): void {
    this.#probeWindows = 2;
    this.#limitBefore = this.#limit;
    this.#limit = this.#within(this.#limit / 2);
  }

  #probe(now: number): void {
    this.#probeWindows -= 1;
    if (this.#probeWindows > 0) return;
    this.#base.measure(this.#sumMs / this.#answers, now);
    this.#limit = this.#limitBefore;
    this.#probeAt = this.#hasRefused ? now + probeEveryMs : Infinity;
  }

  #within(limit: number): number {
    return Math.min(this.#max, Math.max(this.#min, limit));
  }
}
