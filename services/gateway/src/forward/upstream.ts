import { Problem } from '@facet/problem';
import type { UpstreamAnswer } from './answer-collector.ts';
import { aliveReasons, codeOf, plainReasons, reasonOfAnswer, reasonOfError, type RetryReason } from './attempt.ts';
import { chooseEndpoint } from './choose-endpoint.ts';
import { Endpoint, type EndpointOptions, type EndpointState, type UpstreamRequest } from './endpoint.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface UpstreamEvents {
  retried(reason: RetryReason): void;
  /** A retry would have helped and was not paid for. */
  budgetExhausted(): void;
  ejected(): void;
}

interface UpstreamOptions extends EndpointOptions {
  readonly budget: RetryBudget;
  readonly events: UpstreamEvents;
}

/** States of endpoints by origin, such as `http://10.0.0.7:8080`. */
export type EndpointStates = ReadonlyMap<string, EndpointState>;

/** Attempts at one request: the first, one that is repeated, and one more where connections are refused. */
const maxAttempts = 3;
/** A pod that let this much of a request's time pass without an answer has failed; less says more of the caller. */
const slowMs = 1000;

/** One service version: the endpoints that answer for it, and how to ask one of them. */
export class Upstream {
  /** Where it is found by name. */
  readonly url: string;
  readonly #options: UpstreamOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  /** Those that new requests go to. */
  #takers: readonly Endpoint[] = [];

  constructor(url: string, options: UpstreamOptions) {
    this.url = url;
    this.#options = options;
    this.setEndpoints(undefined);
  }

  get canAnswer(): boolean {
    return this.#takers.length > 0;
  }

  get endpoints(): Iterable<Endpoint> {
    return this.#endpoints.values();
  }

  /** Takes over a list of endpoints; undefined where none is known, and the name has to do. */
  setEndpoints(states: EndpointStates = new Map([[this.url, 'ready']])): void {
    for (const [origin, state] of states) {
      const endpoint = this.#endpoints.get(origin) ?? new Endpoint(origin, this.#options);
      // The cluster found it well again: what it failed at before was another life.
      if (state === 'ready' && endpoint.state !== 'ready') endpoint.ejection.succeed();
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
   * it is not up or has too much to do. Requests that change something are only repeated where no pod saw them.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  async ask(request: UpstreamRequest): Promise<UpstreamAnswer> {
    this.#options.budget.earn();
    const tried: Endpoint[] = [];
    let isPaid = false;
    for (;;) {
      const endpoint = chooseEndpoint(this.#takers, performance.now(), Math.random, tried) ?? this.#onlyOne(tried);
      if (!endpoint) throw this.#unavailable('no endpoint');
      tried.push(endpoint);
      const attempt = await this.#attempt(endpoint, request);
      if (attempt.reason === undefined) return attempt.answer;
      const isFree = attempt.reason === 'connect';
      const mayRepeat =
        tried.length < maxAttempts && (isFree || (request.isRepeatable && !isPaid)) && performance.now() < request.deadlineAt && this.#hasMore(tried, attempt);
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

  async #attempt(endpoint: Endpoint, request: UpstreamRequest): Promise<Attempt> {
    const sentAt = performance.now();
    try {
      const answer = await endpoint.send(request);
      const reason = reasonOfAnswer(answer);
      if (reason === undefined || aliveReasons.has(reason)) endpoint.ejection.succeed();
      else this.#failed(endpoint, reason);
      return { answer, reason };
    } catch (error) {
      const reason = reasonOfError(error);
      const now = performance.now();
      if (reason !== undefined || (now >= request.deadlineAt && now - sentAt >= slowMs)) this.#failed(endpoint, reason);
      if (reason === undefined) throw this.#unavailable(error);
      return { reason, error };
    }
  }

  #failed(endpoint: Endpoint, reason: RetryReason | undefined): void {
    const isPlain = reason !== undefined && plainReasons.has(reason);
    // The only one there is goes on being asked, and so needs no verdict.
    if (this.#takers.length > 1 && endpoint.ejection.fail(performance.now(), isPlain)) this.#options.events.ejected();
  }

  /** Whether there is somewhere to repeat it: another endpoint, or for a broken connection the only one again, on a new connection. */
  #hasMore(tried: readonly Endpoint[], attempt: Attempt): boolean {
    const others = this.#takers.filter((endpoint) => !tried.includes(endpoint));
    if (attempt.answer === undefined) return others.length > 0 || this.#onlyOne(tried) !== undefined;
    const now = performance.now();
    return others.some((endpoint) => endpoint.isOpen(now));
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

  async close(): Promise<void> {
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.close()));
  }
}

type Attempt =
  | { readonly answer: UpstreamAnswer; readonly reason: RetryReason | undefined; readonly error?: undefined }
  | { readonly answer?: undefined; readonly reason: RetryReason; readonly error: unknown };
