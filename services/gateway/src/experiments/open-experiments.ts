import type { Reply } from '@facet/http';
import { aggregatedRegistry, type Metrics } from '@facet/telemetry';
import type { GatewayConfig } from '../config.ts';
import type { UpstreamRequest } from '../forward/endpoint.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { Service } from '../route/service.ts';
import { createExperimentMetrics } from './experiment-metrics.ts';
import { Experiment } from './experiment.ts';
import { shadowRequest } from './shadow-request.ts';

/** One watch for each task, by its name. */
export type Experiments = ReadonlyMap<string, Experiment>;

/** Asks the pods that answer for a version. */
type Ask = (upstream: Upstream, request: UpstreamRequest) => Promise<UpstreamAnswer>;

/** Begins to watch the versions of each service side by side. */
export function openExperiments(
  services: readonly Service[],
  { shadowShare }: Pick<GatewayConfig, 'shadowShare'>,
  { registry }: Metrics,
  ask: Ask,
): Experiments {
  const metrics = createExperimentMetrics(registry);
  return new Map(
    services.map((service) => [
      service.task,
      new Experiment({
        task: service.task,
        versions: service.available,
        weights: () => service.weights,
        shadowShare,
        metrics,
        askVersion: async (context, other) => {
          const answer = await ask(service.upstreamOf(other), shadowRequest(context, other));
          return answer.status === 200 ? answer.body : undefined;
        },
      }),
    ]),
  );
}

/** `GET /experiments`, from the counters of all processes of the gateway. */
export async function experimentsReply(experiments: Experiments, metrics: Metrics): Promise<Reply> {
  const { registry } = await aggregatedRegistry(metrics);
  const entries = await Promise.all([...experiments].map(async ([task, experiment]) => [task, await experiment.compare(registry)] as const));
  return { body: { services: Object.fromEntries(entries), timestamp: new Date().toISOString() }, headers: { 'cache-control': 'no-store' } };
}
