import type { Reply, RequestContext } from '@facet/http';
import { Problem } from '@facet/problem';
import type { PredictionCache } from '../cache/prediction-cache.ts';
import type { Experiments } from '../experiments/open-experiments.ts';
import { passedOn } from '../forward/passed-on.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { Service } from '../route/service.ts';
import { address } from './address.ts';
import { askPods } from './ask.ts';
import { assign } from './assign.ts';
import type { Progress } from './call.ts';
import { degrade, type BrownOut } from './degrade.ts';
import { experiment } from './experiment.ts';
import { failOver } from './fail-over.ts';
import { receive } from './receive.ts';
import { useCache } from './use-cache.ts';

interface PipelineOptions {
  readonly experiments: Experiments;
  readonly brownOut: BrownOut;
  readonly cache: PredictionCache | undefined;
  /** Proxies in front of the gateway, which name the client's address. */
  readonly trustedProxies: number;
}

/** An answer, and the version that gave it. */
export interface Forwarded extends Reply {
  readonly version: string | undefined;
}

/**
 * Sends a client's request to its task and the answer back, unchanged but for what belongs to the connection.
 *
 * @param forced the version in place of the one that the client names
 * @throws {Problem} what a policy refuses it with
 */
export type Forward = (context: RequestContext, service: Service, forced?: string) => Promise<Forwarded>;

/**
 * What a request to a task meets, outermost first: before it those of `enter`, which every request meets, and behind `address` those of `askPods`.
 */
export function createPipeline({ experiments, brownOut, cache, trustedProxies }: PipelineOptions): Forward {
  const answer = experiment(
    experiments,
    assign(trustedProxies, receive({ refusesEarly: !cache && !brownOut.isOn }, degrade(brownOut, failOver(useCache(cache, address(askPods)))))),
  );
  return async (context, service, forced = context.forcedVersion) => {
    const progress: Progress = {};
    try {
      const given = await answer({ context, service, url: context.request.url ?? '/', wish: { forced, user: context.user }, progress });
      return toReply(context, given, progress.version);
    } finally {
      const { notes } = context;
      notes['version'] = progress.version;
      if (progress.cache !== undefined) notes['cache'] = progress.cache;
      if (progress.brownOut !== undefined) notes['brownOut'] = progress.brownOut;
    }
  };
}

function toReply({ request, notes }: RequestContext, { status, headers: given, body }: UpstreamAnswer, version: string | undefined): Forwarded {
  // Its answer would tell the client that its own key is wrong.
  if (status === 401) {
    notes['upstream'] = 'refused the SERVICE_TOKEN of this gateway';
    throw new Problem('upstream-unavailable');
  }
  const headers = passedOn(given);
  // The length that GET would have; for all else the body says it.
  const length = request.method === 'HEAD' ? given['content-length'] : undefined;
  if (length !== undefined) headers['content-length'] = length;
  return { status, body, headers, version };
}
