import { Problem } from '@facet/problem';
import { codeOf, plainReasons, type RetryReason } from './attempt.ts';
import { chooseEndpoint } from './choose-endpoint.ts';
import { Endpoint, type EndpointOptions, type EndpointState, type UpstreamRequest } from './endpoint.ts';
import { AdmissionController, type AdmissionEvents, type AdmissionControllerOptions } from './admission-controller.ts';
import { RecentLatencies } from './recent-latencies.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface UpstreamEvents extends AdmissionEvents {
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
  readonly admission: AdmissionControllerOptions;
  /** Of the latencies, beyond which a second request is sent beside the first; 0 for never. */
  readonly hedgeQuantile: number;
}

/** States of endpoints by origin, such as `http://10.0.0.7:8080`. */
export type EndpointStates = ReadonlyMap<string, EndpointState>;

/** A pod that has requests and has answered nothing for this long is probed, and left alone where it does not answer that either. */
const silentMs = 500;
const checkEveryMs = 250;

/** One service version: the endpoints that answer for it, how well they are, and which is next. */
export class Upstream {
  /** Where it is found by name. */
  readonly url: string;
  readonly admission: AdmissionController;
  readonly budget: RetryBudget;
  readonly events: UpstreamEvents;
  readonly #options: UpstreamOptions;
  readonly #latencies: RecentLatencies | undefined;
  readonly #endpoints = new Map<string, Endpoint>();
  /** Those that new requests go to. */
  #eligible: readonly Endpoint[] = [];
  readonly #checks: NodeJS.Timeout;

  constructor(url: string, options: UpstreamOptions) {
    this.url = url;
    this.#options = options;
    this.budget = options.budget;
    this.events = options.events;
    this.admission = new AdmissionController(options.admission, options.events);
    this.#latencies = options.hedgeQuantile > 0 ? new RecentLatencies(options.hedgeQuantile) : undefined;
    this.setEndpoints(undefined);
    this.#checks = setInterval(() => this.#checkSilent(), checkEveryMs).unref();
  }

  /** Milliseconds in which most predictions are answered; undefined where nobody asked for that, or too few were. */
  get usualMs(): number | undefined {
    return this.#latencies?.ms;
  }

  get canAnswer(): boolean {
    return this.#eligible.length > 0 && this.admission.allows(performance.now());
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
        this.admission.succeed();
      }
      endpoint.state = state;
      endpoint.undrain();
      this.#endpoints.set(origin, endpoint);
    }
    const listed = [...this.#endpoints.values()].filter(({ origin }) => states.has(origin));
    for (const endpoint of this.#endpoints.values()) if (!states.has(endpoint.origin)) this.#drop(endpoint);
    const ready = listed.filter(({ state }) => state === 'ready');
    this.#eligible = ready.length > 0 ? ready : listed.filter(({ state }) => state === 'serving');
  }

  #drop(endpoint: Endpoint): void {
    const forget = (): boolean => this.#endpoints.delete(endpoint.origin);
    // A name does not vanish: it is only no longer needed.
    if (endpoint.origin !== this.url) endpoint.drain(forget);
    else if (forget()) void endpoint.closeWhenIdle();
  }

  /** The endpoint that a request goes to: of those that it has not tried, or for a broken connection the only one again, on a new connection. */
  choose(tried: readonly Endpoint[]): Endpoint | undefined {
    return chooseEndpoint(this.#eligible, performance.now(), Math.random, tried) ?? this.#onlyOne(tried);
  }

  /** One that is well and has not been tried. */
  chooseOther(tried: readonly Endpoint[]): Endpoint | undefined {
    const now = performance.now();
    const other = chooseEndpoint(this.#eligible, now, Math.random, tried);
    return other?.isUsable(now) === true ? other : undefined;
  }

  get hasSeveral(): boolean {
    return this.#eligible.length > 1;
  }

  /** Whether there is somewhere to repeat a request, where one pod has given an answer: another endpoint that is well, else any. */
  hasMore(tried: readonly Endpoint[], isAnswered: boolean): boolean {
    const others = this.#eligible.filter((endpoint) => !tried.includes(endpoint));
    if (!isAnswered) return others.length > 0 || this.#onlyOne(tried) !== undefined;
    const now = performance.now();
    return others.some((endpoint) => endpoint.isUsable(now));
  }

  /**
   * The address of an endpoint for a connection that stays: chosen as for a request, but not counted as its load, for it is idle most of the time.
   *
   * @throws {Problem} `upstream-unavailable`
   */
  originOfOne(): string {
    const endpoint = chooseEndpoint(this.#eligible, performance.now(), Math.random);
    if (!endpoint) throw this.unavailable('no endpoint');
    return endpoint.origin;
  }

  /** Whether a pod answers a probe; one that does not is left alone for a while. */
  async check(endpoint: Endpoint): Promise<boolean> {
    const isAlive = await endpoint.isAlive();
    if (!isAlive && this.#eligible.length > 1 && endpoint.breaker.fail(performance.now(), true)) this.events.ejected();
    return isAlive;
  }

  #checkSilent(): void {
    const now = performance.now();
    for (const endpoint of this.#eligible) {
      const isSilent = endpoint.inFlight > 0 && now - endpoint.lastSignAt >= silentMs;
      if (isSilent && !endpoint.breaker.isOnTrial) void this.check(endpoint);
    }
  }

  predicted(latencyMs: number, { mayHedge }: Pick<UpstreamRequest, 'mayHedge'>): void {
    this.admission.predicted(latencyMs);
    if (mayHedge) this.#latencies?.see(latencyMs);
  }

  /** Predictions alone say whether predictions are answered. */
  succeeded(endpoint: Endpoint, { caller }: Pick<UpstreamRequest, 'caller'>): void {
    endpoint.breaker.succeed(performance.now());
    if (caller !== undefined) this.admission.succeed();
  }

  failed(endpoint: Endpoint, { caller }: Pick<UpstreamRequest, 'caller'>, reason: RetryReason | undefined): void {
    const isPlain = reason !== undefined && plainReasons.has(reason);
    // The only one there is goes on being asked: whether anything comes back from it is for the admission controller to say.
    if (this.#eligible.length > 1 && endpoint.breaker.fail(performance.now(), isPlain)) this.events.ejected();
    if (caller !== undefined) this.admission.fail();
  }

  #onlyOne(tried: readonly Endpoint[]): Endpoint | undefined {
    return tried.length < 2 && this.#eligible.length === 1 ? this.#eligible[0] : undefined;
  }

  /** Pays for a request to be sent again. */
  withdrawRetry(): boolean {
    if (this.budget.withdraw()) return true;
    this.events.budgetExhausted();
    return false;
  }

  unavailable(cause: unknown): Problem {
    return new Problem('upstream-unavailable', undefined, { retryAfterSeconds: 1, cause: `${this.url}: ${codeOf(cause) || String(cause)}` });
  }

  close(): void {
    clearInterval(this.#checks);
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }
}
