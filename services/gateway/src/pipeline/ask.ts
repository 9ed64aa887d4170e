import type { UpstreamRequest } from '../forward/endpoint.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import { admit } from './admit.ts';
import { hedge } from './hedge.ts';
import { retry } from './retry.ts';
import { send } from './send.ts';

/** What a request meets behind its version: how the pods of that are asked. */
export const askPods = admit(retry(hedge(send)));

/** Asks the pods of one version something of the gateway's own. */
export function ask(upstream: Upstream, request: UpstreamRequest): Promise<UpstreamAnswer> {
  return askPods({ ...request, upstream, exposure: { pods: 0 } });
}
