import type { Config } from '@facet/config';
import type { RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import { Counter, type Registry } from 'prom-client';
import type { PredictionCache } from '../cache/prediction-cache.ts';
import type { Service, ServiceRoute } from '../route/service.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { BrownOutWay, brownOutFields } from './brown-out-fields.ts';

interface Brownable {
  readonly context: RequestContext;
  readonly service: Service;
  /** Path and query below the service's name. */
  readonly url: string;
  readonly route: ServiceRoute;
  readonly body: Buffer | null;
  readonly ask: (route: ServiceRoute) => Promise<UpstreamAnswer>;
}

const refusalCodes = new Set(['overloaded', 'upstream-unavailable']);

function isRefusal(error: unknown): boolean {
  return error instanceof Problem && refusalCodes.has(error.code);
}

/** Answers that are less than what was asked for, and better than none. */
export class BrownOut {
  readonly #config: Config<typeof brownOutFields>;
  readonly #cache: PredictionCache | undefined;
  readonly #answers: Counter<'service' | 'way'>;

  constructor(config: Config<typeof brownOutFields>, cache: PredictionCache | undefined, registry: Registry) {
    this.#config = config;
    this.#cache = cache;
    this.#answers = new Counter({
      name: 'gateway_brown_out_answers_total',
      help: 'Predictions that would have been refused, by what they were answered with instead: an old answer, or that of another version',
      labelNames: ['service', 'way'] as const,
      registers: [registry],
    });
  }

  /** Whether refusing early would keep a request from an answer. */
  get isOn(): boolean {
    return this.#config.brownOut !== undefined;
  }

  /**
   * What `ask` comes to, or where that is a refusal the next best.
   *
   * @throws {Problem} what `ask` throws
   */
  async through(work: Brownable): Promise<UpstreamAnswer> {
    try {
      const answer = await work.ask(work.route);
      return answer.status === 503 ? ((await this.#nextBest(work)) ?? answer) : answer;
    } catch (error) {
      const other = isRefusal(error) && !work.context.cancelled ? await this.#nextBest(work) : undefined;
      if (!other) throw error;
      return other;
    }
  }

  async #nextBest(work: Brownable): Promise<UpstreamAnswer | undefined> {
    for (const way of this.#config.brownOut ?? []) {
      const answer = way === 'stale' ? await this.#stale(work) : await this.#otherVersion(work);
      if (answer) return this.#tell(work, way, answer);
    }
    return undefined;
  }

  async #stale({ context, service, route, body }: Brownable): Promise<UpstreamAnswer | undefined> {
    return this.#cache?.kept(context, service.task, route, body);
  }

  async #otherVersion({ context, service, url, route, ask }: Brownable): Promise<UpstreamAnswer | undefined> {
    const { brownOutVersion: forced } = this.#config;
    if (context.forcedVersion !== undefined || route.version === forced || !service.available.includes(forced)) return undefined;
    const other = service.route(url, { forced, user: context.user });
    // Who names a version in the path gets that one or none.
    if (other.version !== forced) return undefined;
    try {
      const answer = await ask(other);
      if (answer.status !== 200) return undefined;
      context.notes['version'] = forced;
      return answer;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  #tell({ context, service }: Brownable, way: BrownOutWay, answer: UpstreamAnswer): UpstreamAnswer {
    context.notes['brownOut'] = way;
    this.#answers.inc({ service: service.task, way });
    return { ...answer, headers: { ...answer.headers, 'x-brown-out': way === 'stale' ? 'stale' : this.#config.brownOutVersion } };
  }
}
