import { Problem } from '@facet/problem';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { aliveReasons, codeOf, exposingReasons, maxExposedPods, plainReasons, reasonOfAnswer, reasonOfError, type RetryReason } from './attempt.ts';
import { chooseEndpoint } from './choose-endpoint.ts';
import { Endpoint, type EndpointOptions, type EndpointState, type Exposure, type UpstreamRequest } from './endpoint.ts';
import { firstGood, type Run } from './first-good.ts';
import { Gate, type GateEvents, type GateOptions } from './gate.ts';
import { RecentLatencies } from './recent-latencies.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface UpstreamEvents extends GateEvents {
  retried(reason: RetryReason): void;
  /** A retry would have helped and was not paid for. */
  budgetExhausted(): void;
  ejected(): void;
  /** Two were sent side by side, and this one was answered first. */
  hedged(winner: 'first' | 'second'): void;
}

interface UpstreamOptions extends EndpointOptions {
  readonly budget: RetryBudget;
  readonly events: UpstreamEvents;
  readonly gate: GateOptions;
  /** Of the latencies, beyond which a second request is sent beside the first; 0 for never. */
  readonly hedgeQuantile: number;
}

/** States of endpoints by origin, such as `http://10.0.0.7:8080`. */
export type EndpointStates = ReadonlyMap<string, EndpointState>;

/** Attempts at one request: the first, one that is repeated, and one more where connections are refused. */
const maxAttempts = 3;
/** A pod that let this much of a request's time pass without an answer has failed; less says more of the caller. */
const slowMs = 1000;
/** A pod that has requests and has answered nothing for this long is probed, and left alone where it does not answer that either. */
const silentMs = 500;
/** A pod that answered neither requests nor probes for this long before its connections broke was held by something; less may be a busy node. */
const heldMs = 3000;
const checkEveryMs = 250;

/** What is sent to a pod: with what became of the pods that had it before. */
type Sent = UpstreamRequest & { readonly exposure: Exposure };

/** One service version: the endpoints that answer for it, and how to ask one of them. */
export class Upstream {
  /** Where it is found by name. */
  readonly url: string;
  readonly gate: Gate;
  readonly #options: UpstreamOptions;
  readonly #latencies: RecentLatencies | undefined;
  readonly #endpoints = new Map<string, Endpoint>();
  /** Those that new requests go to. */
  #takers: readonly Endpoint[] = [];
  readonly #checks: NodeJS.Timeout;

  constructor(url: string, options: UpstreamOptions) {
    this.url = url;
    this.#options = options;
    this.gate = new Gate(options.gate, options.events);
    this.#latencies = options.hedgeQuantile > 0 ? new RecentLatencies(options.hedgeQuantile) : undefined;
    this.setEndpoints(undefined);
    this.#checks = setInterval(() => this.#checkSilent(), checkEveryMs).unref();
  }

  get canAnswer(): boolean {
    return this.#takers.length > 0 && this.gate.isClosed(performance.now());
  }

  get endpoints(): Iterable<Endpoint> {
    return this.#endpoints.values();
  }

  /** Takes over a list of endpoints; undefined where none is known, and the name has to do. */
  setEndpoints(states: EndpointStates = new Map([[this.url, 'ready']])): void {
    for (const [origin, state] of states) {
      const known = this.#endpoints.get(origin);
      const endpoint = known ?? new Endpoint(origin, this.#options);
      // The cluster found it well, perhaps again: what it failed at before was another life, and what others failed at is not its fault.
      if (state === 'ready' && known?.state !== 'ready') {
        endpoint.breaker.succeed(performance.now());
        this.gate.succeed();
      }
      endpoint.state = state;
      endpoint.stay();
      this.#endpoints.set(origin, endpoint);
    }
    const listed = [...this.#endpoints.values()].filter(({ origin }) => states.has(origin));
    for (const endpoint of this.#endpoints.values()) if (!states.has(endpoint.origin)) this.#drop(endpoint);
    const ready = listed.filter(({ state }) => state === 'ready');
    this.#takers = ready.length > 0 ? ready : listed.filter(({ state }) => state === 'serving');
  }

  #drop(endpoint: Endpoint): void {
    const forget = (): boolean => this.#endpoints.delete(endpoint.origin);
    // A name does not vanish: it is only no longer needed.
    if (endpoint.origin !== this.url) endpoint.leave(forget);
    else if (forget()) void endpoint.retire();
  }

  /**
   * Asks an endpoint, and another one when the first cannot answer: its connection breaks before the whole answer is there, or it says that
   * it is not up or has too much to do. Requests that change something are only repeated where no pod saw them, and one with which two pods
   * were lost is not given to a third.
   *
   * @throws {Problem} `upstream-unavailable`, and `overloaded` for predictions that are too many
   */
  async ask(asked: UpstreamRequest): Promise<UpstreamAnswer> {
    const request: Sent = asked.exposure ? (asked as Sent) : { ...asked, exposure: { pods: 0 } };
    if (request.caller === undefined) return this.#insist(request);
    const leave = this.gate.enter(request.caller);
    try {
      return await this.#insist(request);
    } finally {
      leave();
    }
  }

  async #insist(request: Sent): Promise<UpstreamAnswer> {
    this.#options.budget.earn();
    const tried: Endpoint[] = [];
    let isPaid = false;
    for (;;) {
      const endpoint = chooseEndpoint(this.#takers, performance.now(), Math.random, tried) ?? this.#onlyOne(tried);
      if (!endpoint) throw this.#unavailable('no endpoint');
      tried.push(endpoint);
      const attempt = await this.#attemptOrHedge(endpoint, request, tried);
      if (attempt.reason === undefined) return attempt.answer;
      const isFree = attempt.reason === 'connect';
      const mayRepeat =
        tried.length < maxAttempts &&
        (isFree || (request.isRepeatable && !isPaid && request.exposure.pods < maxExposedPods)) &&
        performance.now() < request.deadlineAt &&
        this.#hasMore(tried, attempt);
      if (!mayRepeat || (!isFree && !this.#afford())) {
        if (attempt.answer) return attempt.answer;
        throw this.#unavailable(attempt.error);
      }
      isPaid ||= !isFree;
      this.#options.events.retried(attempt.reason);
    }
  }

  /**
   * The address of an endpoint for a connection that stays: chosen as for a request, but not counted as its load, for it is idle most of the time.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  originOfOne(): string {
    const endpoint = chooseEndpoint(this.#takers, performance.now(), Math.random);
    if (!endpoint) throw this.#unavailable('no endpoint');
    return endpoint.origin;
  }

  /**
   * Asks an endpoint, and another one beside it when it is late: later than most answers, where that is asked for, or so late that half of
   * the time is over. Only while the first is known to live: else the request may be what made it silent, and would do the same to the other.
   */
  #attemptOrHedge(endpoint: Endpoint, request: Sent, tried: Endpoint[]): Promise<Attempt> {
    const beganAt = performance.now();
    const leftMs = request.deadlineAt - beganAt;
    const overdueMs = Math.max(slowMs, leftMs / 2);
    const lateMs = Math.min(overdueMs, (request.mayHedge && this.#latencies?.ms) || Infinity);
    if (!request.isRepeatable || request.caller === undefined || lateMs >= leftMs || this.#takers.length < 2 || request.exposure.pods > 0)
      return this.#attempt(endpoint, request);
    return firstGood({
      first: this.#run(endpoint, request),
      lateMs,
      mayBegin: () => this.#check(endpoint),
      begin: () => {
        const now = performance.now();
        const other = chooseEndpoint(this.#takers, now, Math.random, tried);
        if (!other?.isUsable(now) || !(lateMs < overdueMs ? this.#options.budget.takeSpare() : this.#afford())) return undefined;
        tried.push(other);
        return this.#run(other, request);
      },
      isGood: ({ reason }) => reason === undefined,
      onWon: (winner) => {
        this.#options.events.hedged(winner);
        if (winner === 'second' && performance.now() - beganAt >= slowMs) this.#failed(endpoint, request, undefined);
      },
    });
  }

  /** An attempt that can be broken off by itself. */
  #run(endpoint: Endpoint, request: Sent): Run<Attempt> {
    let cancel = (): void => undefined;
    const onCancel = (callback: () => void): void => {
      cancel = callback;
      request.onCancel(callback);
    };
    const result = this.#attempt(endpoint, { ...request, onCancel });
    return { result, cancel: () => cancel() };
  }

  async #attempt(endpoint: Endpoint, request: Sent): Promise<Attempt> {
    const sentAt = performance.now();
    try {
      const answer = await endpoint.send(request);
      const reason = reasonOfAnswer(answer);
      if (reason !== undefined && exposingReasons.has(reason)) request.exposure.pods += 1;
      if (request.caller !== undefined && answer.status === 200) this.#predicted(performance.now() - sentAt, request);
      if (reason === undefined || aliveReasons.has(reason)) this.#succeeded(endpoint, request);
      else this.#failed(endpoint, request, reason);
      return { answer, reason };
    } catch (error) {
      const reason = reasonOfError(error);
      const now = performance.now();
      if (reason !== undefined && exposingReasons.has(reason)) this.#expose(endpoint, request, reason);
      const isLate = reason === undefined && now >= request.deadlineAt;
      if (isLate && request.caller !== undefined) this.gate.givenUp(now - sentAt);
      if (reason !== undefined || (isLate && now - sentAt >= slowMs)) this.#failed(endpoint, request, reason);
      if (reason === undefined) throw this.#unavailable(error);
      return { reason, error };
    }
  }

  /**
   * A connection broke with a request on it. Where something had held the pod before that, the request has had its share of pods; a pod
   * that left the cluster was taken away by someone, which says nothing of the request.
   */
  #expose(endpoint: Endpoint, { exposure }: Sent, reason: RetryReason): void {
    const wasHeld = reason !== 'gone' && performance.now() - endpoint.lastSignAt >= heldMs;
    exposure.pods = wasHeld ? maxExposedPods : exposure.pods + 1;
  }

  /** Whether a pod answers a probe; one that does not is left alone for a while. */
  async #check(endpoint: Endpoint): Promise<boolean> {
    const isAlive = await endpoint.isAlive();
    if (!isAlive && this.#takers.length > 1 && endpoint.breaker.fail(performance.now(), true)) this.#options.events.ejected();
    return isAlive;
  }

  #checkSilent(): void {
    const now = performance.now();
    for (const endpoint of this.#takers) {
      const isSilent = endpoint.inFlight > 0 && now - endpoint.lastSignAt >= silentMs;
      if (isSilent && !endpoint.breaker.isOnTrial) void this.#check(endpoint);
    }
  }

  #predicted(latencyMs: number, { mayHedge }: UpstreamRequest): void {
    this.gate.predicted(latencyMs);
    if (mayHedge) this.#latencies?.see(latencyMs);
  }

  /** Predictions alone say whether predictions are answered. */
  #succeeded(endpoint: Endpoint, { caller }: UpstreamRequest): void {
    endpoint.breaker.succeed(performance.now());
    if (caller !== undefined) this.gate.succeed();
  }

  #failed(endpoint: Endpoint, { caller }: UpstreamRequest, reason: RetryReason | undefined): void {
    const isPlain = reason !== undefined && plainReasons.has(reason);
    // The only one there is goes on being asked: whether anything comes back from it is for the gate to say.
    if (this.#takers.length > 1 && endpoint.breaker.fail(performance.now(), isPlain)) this.#options.events.ejected();
    if (caller !== undefined) this.gate.fail();
  }

  /** Whether there is somewhere to repeat it: another endpoint, or for a broken connection the only one again, on a new connection. */
  #hasMore(tried: readonly Endpoint[], attempt: Attempt): boolean {
    const others = this.#takers.filter((endpoint) => !tried.includes(endpoint));
    if (attempt.answer === undefined) return others.length > 0 || this.#onlyOne(tried) !== undefined;
    const now = performance.now();
    return others.some((endpoint) => endpoint.isUsable(now));
  }

  #onlyOne(tried: readonly Endpoint[]): Endpoint | undefined {
    return tried.length < 2 && this.#takers.length === 1 ? this.#takers[0] : undefined;
  }

  #afford(): boolean {
    const { budget, events } = this.#options;
    if (budget.take()) return true;
    events.budgetExhausted();
    return false;
  }

  #unavailable(cause: unknown): Problem {
    return new Problem('upstream-unavailable', undefined, { retryAfterSeconds: 1, cause: `${this.url}: ${codeOf(cause) || String(cause)}` });
  }

  close(): void {
    clearInterval(this.#checks);
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }
}

type Attempt =
  | { readonly answer: UpstreamAnswer; readonly reason: RetryReason | undefined; readonly error?: undefined }
  | { readonly answer?: undefined; readonly reason: RetryReason; readonly error: unknown };
