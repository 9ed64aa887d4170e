import type { VersionRequest } from '@facet/experiment';
import type { RequestContext } from '@facet/http';
import type { CacheResult } from '../cache/prediction-cache.ts';
import type { Endpoint, Exposure, UpstreamRequest } from '../forward/endpoint.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { Service, ServiceRoute } from '../route/service.ts';
import type { BrownOutWay } from './brown-out-fields.ts';

/** The rest of the pipeline, as each policy sees it. */
export type Next<Call, Answer = UpstreamAnswer> = (call: Call) => Promise<Answer>;

/** What has become of a call so far; the log line says it too. */
export interface Progress {
  /** The version that was asked last. */
  version?: string | undefined;
  cache?: CacheResult;
  brownOut?: BrownOutWay;
}

/** What a client asks of one task. */
export interface TaskCall {
  readonly context: RequestContext;
  readonly service: Service;
  /** Path and query below the task's name. */
  readonly url: string;
  /** What the client says of versions. */
  readonly wish: VersionRequest;
  readonly progress: Progress;
}

/** A call with the version that it goes to. */
export interface RoutedCall extends TaskCall {
  readonly route: ServiceRoute;
  /** Who takes a share of the task's capacity, for predictions; undefined for calls about the service. */
  readonly caller: string | undefined;
}

/** A call that has arrived whole. */
export interface ReceivedCall extends RoutedCall {
  readonly body: Buffer | null;
  /** Shared by all attempts at it. */
  readonly exposure: Exposure;
}

/** What any pod of one version is asked. */
export interface PodCall extends UpstreamRequest {
  readonly upstream: Upstream;
  readonly exposure: Exposure;
}

/** What one pod is asked. */
export interface Attempt extends PodCall {
  readonly endpoint: Endpoint;
  /** Pods that had it, this one included. */
  readonly tried: Endpoint[];
}
