import type { Config } from '@facet/config';
import { Problem } from '@facet/problem';
import { Counter, type Registry } from 'prom-client';
import type { PredictionCache } from '../cache/prediction-cache.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { BrownOutWay, brownOutFields } from './brown-out-fields.ts';
import type { Next, ReceivedCall } from './call.ts';

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
      help: 'Degraded responses instead of rejections, by fallback: stale response or another version',
      labelNames: ['service', 'way'] as const,
      registers: [registry],
    });
  }

  /** Whether refusing early would keep a request from an answer. */
  get isOn(): boolean {
    return this.#config.brownOut !== undefined;
  }

  /**
   * What the rest comes to, or where that is a refusal the next best.
   *
   * @throws {Problem} what the rest throws
   */
  async through(call: ReceivedCall, next: Next<ReceivedCall>): Promise<UpstreamAnswer> {
    try {
      const answer = await next(call);
      return answer.status === 503 ? ((await this.#nextBest(call, next)) ?? answer) : answer;
    } catch (error) {
      const other = isRefusal(error) && !call.context.cancelled ? await this.#nextBest(call, next) : undefined;
      if (!other) throw error;
      return other;
    }
  }

  async #nextBest(call: ReceivedCall, next: Next<ReceivedCall>): Promise<UpstreamAnswer | undefined> {
    for (const way of this.#config.brownOut ?? []) {
      const answer = way === 'stale' ? await this.#cache?.kept(call) : await this.#otherVersion(call, next);
      if (answer) return this.#tell(call, way, answer);
    }
    return undefined;
  }

  async #otherVersion(call: ReceivedCall, next: Next<ReceivedCall>): Promise<UpstreamAnswer | undefined> {
    const { service, url, wish, route, progress } = call;
    const { brownOutVersion: forced } = this.#config;
    if (wish.forced !== undefined || route.version === forced || !service.available.includes(forced)) return undefined;
    const other = service.route(url, { forced, user: wish.user });
    // Who names a version in the path gets that one or none.
    if (other.version !== forced) return undefined;
    try {
      const answer = await next({ ...call, route: other });
      if (answer.status !== 200) return undefined;
      progress.version = forced;
      return answer;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  #tell({ service, progress }: ReceivedCall, way: BrownOutWay, answer: UpstreamAnswer): UpstreamAnswer {
    progress.brownOut = way;
    this.#answers.inc({ service: service.task, way });
    return { ...answer, headers: { ...answer.headers, 'x-brown-out': way === 'stale' ? 'stale' : this.#config.brownOutVersion } };
  }
}

/** Gives predictions that would be refused an older answer, or that of another version, where that is configured. */
export function degrade(brownOut: BrownOut, next: Next<ReceivedCall>): Next<ReceivedCall> {
  return brownOut.isOn ? (call) => (call.caller === undefined ? next(call) : brownOut.through(call, next)) : next;
}
