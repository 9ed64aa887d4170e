import { maxExposedPods } from '../forward/attempt.ts';
import type { Endpoint } from '../forward/endpoint.ts';
import type { Attempt, Next, PodCall } from './call.ts';
import type { Outcome } from './send.ts';

/** Attempts at one request: the first, one that is repeated, and one more where connections are refused. */
const maxAttempts = 3;

/**
 * Asks a pod, and another one when the first cannot answer: its connection breaks before the whole answer is there, or it says that it is not
 * up or has too much to do. Requests that change something are only repeated where no pod saw them, and one with which two pods were lost is
 * not given to a third.
 *
 * @throws {Problem} `upstream-unavailable`
 */
export function retry(next: Next<Attempt, Outcome>): Next<PodCall> {
  return async (call) => {
    const { upstream, exposure, isRepeatable, deadlineAt } = call;
    upstream.budget.deposit();
    const tried: Endpoint[] = [];
    let isPaid = false;
    for (;;) {
      const endpoint = upstream.choose(tried);
      if (!endpoint) throw upstream.unavailable('no endpoint');
      tried.push(endpoint);
      const outcome = await next({ ...call, endpoint, tried });
      if (outcome.reason === undefined) return outcome.answer;
      const isFree = outcome.reason === 'connect';
      const mayRepeat =
        tried.length < maxAttempts &&
        (isFree || (isRepeatable && !isPaid && exposure.pods < maxExposedPods)) &&
        performance.now() < deadlineAt &&
        upstream.hasMore(tried, outcome.answer !== undefined);
      if (!mayRepeat || (!isFree && !upstream.withdrawRetry())) {
        if (outcome.answer) return outcome.answer;
        throw upstream.unavailable(outcome.error);
      }
      isPaid ||= !isFree;
      upstream.events.retried(outcome.reason);
    }
  };
}
