import { aliveReasons, exposingReasons, maxExposedPods, reasonOfAnswer, reasonOfError, type RetryReason } from '../forward/attempt.ts';
import type { UpstreamAnswer } from '../http1/answer-parser.ts';
import type { Attempt } from './call.ts';

/** A pod that let this much of a request's time pass without an answer has failed; less says more of the caller. */
export const slowMs = 1000;
/** A pod that answered neither requests nor probes for this long before its connections broke was held by something; less may be a busy node. */
const heldMs = 3000;
/** The cluster says within this time that such a pod was taken away, not ended by itself. */
const leaveMs = 2000;

/** An answer, or what another pod may make good; an answer with a reason is the pod's own word that it cannot. */
export type Outcome =
  | { readonly answer: UpstreamAnswer; readonly reason: RetryReason | undefined; readonly error?: undefined }
  | { readonly answer?: undefined; readonly reason: RetryReason; readonly error: unknown };

/**
 * Asks one pod, and notes what that says of the pod.
 *
 * @throws {Problem} `upstream-unavailable` where no other pod would do better
 */
export async function send(attempt: Attempt): Promise<Outcome> {
  const { upstream, endpoint, exposure, caller, deadlineAt } = attempt;
  const sentAt = performance.now();
  try {
    const answer = await endpoint.send(attempt);
    const reason = reasonOfAnswer(answer);
    if (reason !== undefined && exposingReasons.has(reason)) exposure.pods += 1;
    if (caller !== undefined && answer.status === 200) upstream.predicted(performance.now() - sentAt, attempt);
    if (reason === undefined || aliveReasons.has(reason)) upstream.succeeded(endpoint, attempt);
    else upstream.failed(endpoint, attempt, reason);
    return { answer, reason };
  } catch (error) {
    const reason = reasonOfError(error);
    const now = performance.now();
    const isLate = reason === undefined && now >= deadlineAt;
    if (isLate && caller !== undefined) upstream.admission.timedOut(now - sentAt);
    if (reason !== undefined || (isLate && now - sentAt >= slowMs)) upstream.failed(endpoint, attempt, reason);
    if (reason === undefined) throw upstream.unavailable(error);
    if (exposingReasons.has(reason)) await expose(attempt, reason);
    return { reason, error };
  }
}

/**
 * A connection broke with a request on it. Where something had held the pod before that, the request has had its share of pods; a pod that
 * left the cluster was taken away by someone, which says nothing of the request.
 */
async function expose({ endpoint, exposure, deadlineAt }: Attempt, reason: RetryReason): Promise<void> {
  const now = performance.now();
  const wasHeld = reason !== 'gone' && now - endpoint.lastSignAt >= heldMs && !(await endpoint.isRemovedWithin(Math.min(leaveMs, deadlineAt - now)));
  exposure.pods = wasHeld ? maxExposedPods : exposure.pods + 1;
}
