import type { VersionRequest } from '@facet/experiment';
import type { RetryBudget } from '../forward/retry-budget.ts';
import type { Upstream } from '../forward/upstream.ts';
import { resolveRoute, type Route } from './resolve-route.ts';

interface ServiceOptions {
  readonly task: string;
  readonly kind: string;
  /** Versions that it serves. */
  readonly available: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
  /** Who answers calls that are for no version, and for those versions that do not run apart. */
  readonly upstream: Upstream;
  readonly versions: Readonly<Record<string, Upstream>>;
  readonly budget: RetryBudget;
}

export interface ServiceRoute extends Route {
  readonly upstream: Upstream;
}

/** One task behind the gateway: its versions, their shares, and who answers for each. */
export class Service {
  readonly task: string;
  readonly kind: string;
  readonly available: readonly string[];
  /** Replaced when they change. */
  weights: Readonly<Record<string, number>>;
  readonly #options: ServiceOptions;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.task = options.task;
    this.kind = options.kind;
    this.available = options.available;
    this.weights = options.weights;
  }

  /** Every upstream once, with the version it answers for. */
  get upstreams(): ReadonlyMap<Upstream, string> {
    const { upstream, versions } = this.#options;
    return new Map([[upstream, 'any'], ...Object.entries(versions).map(([version, own]) => [own, version] as const)]);
  }

  /** Who answers calls that are for no version. */
  get upstream(): Upstream {
    return this.#options.upstream;
  }

  /**
   * Where a request goes.
   *
   * @param url path and query below the service's name
   * @throws {Problem} `unknown-version`
   */
  route(url: string, wish: VersionRequest): ServiceRoute {
    return this.#resolve(url, wish, this.#canAnswer);
  }

  /**
   * Where a request may go whose version turned out not to answer: to another version, if the caller left that open and the retry budget
   * allows; undefined where there is no such way.
   */
  failover(url: string, wish: VersionRequest, failed: ServiceRoute): ServiceRoute | undefined {
    if (failed.version === undefined || wish.forced !== undefined) return undefined;
    const other = this.#resolve(url, wish, (version) => version !== failed.version && this.#canAnswer(version));
    const leadsElsewhere = other.version !== failed.version && other.upstream !== failed.upstream && other.upstream.canAnswer;
    return leadsElsewhere && this.#options.budget.withdraw() ? other : undefined;
  }

  #resolve(url: string, wish: VersionRequest, canAnswer: (version: string) => boolean): ServiceRoute {
    const route = resolveRoute(url, { task: this.task, available: this.available, weights: this.weights, canAnswer }, wish);
    return { ...route, upstream: this.upstreamOf(route.version) };
  }

  readonly #canAnswer = (version: string): boolean => this.upstreamOf(version).canAnswer;

  /** Who answers for a version; for none, as `upstream`. */
  upstreamOf(version: string | undefined): Upstream {
    const { upstream, versions } = this.#options;
    return (version !== undefined && versions[version]) || upstream;
  }
}
