import { firstGood, type Run } from './first-good.ts';
import type { Attempt, Next } from './call.ts';
import { slowMs, type Outcome } from './send.ts';

/**
 * Asks another pod beside the first when that is late: later than most answers, where that is asked for, or so late that half of the time is
 * over. Only while the first is known to live: else the request may be what made it silent, and would do the same to the other.
 */
export function hedge(next: Next<Attempt, Outcome>): Next<Attempt, Outcome> {
  return (attempt) => {
    const { upstream, endpoint, tried, deadlineAt, isRepeatable, mayHedge, caller, exposure } = attempt;
    const beganAt = performance.now();
    const leftMs = deadlineAt - beganAt;
    const overdueMs = Math.max(slowMs, leftMs / 2);
    const lateMs = Math.min(overdueMs, (mayHedge && upstream.usualMs) || Infinity);
    if (!isRepeatable || caller === undefined || lateMs >= leftMs || !upstream.hasSeveral || exposure.pods > 0) return next(attempt);
    return firstGood({
      first: run(attempt, next),
      lateMs,
      mayBegin: () => upstream.check(endpoint),
      begin: () => {
        const other = upstream.chooseOther(tried);
        if (!other || !(lateMs < overdueMs ? upstream.budget.withdrawSpare() : upstream.withdrawRetry())) return undefined;
        tried.push(other);
        return run({ ...attempt, endpoint: other }, next);
      },
      isGood: ({ reason }) => reason === undefined,
      onWon: (winner) => {
        upstream.events.hedged(winner);
        if (winner === 'second' && performance.now() - beganAt >= slowMs) upstream.failed(endpoint, attempt, undefined);
      },
    });
  };
}

/** An attempt that can be broken off by itself. */
function run(attempt: Attempt, next: Next<Attempt, Outcome>): Run<Outcome> {
  let cancel = (): void => undefined;
  const onCancel = (callback: () => void): void => {
    cancel = callback;
    attempt.onCancel(callback);
  };
  const result = next({ ...attempt, onCancel });
  return { result, cancel: () => cancel() };
}
