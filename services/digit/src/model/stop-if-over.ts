import type { Work } from '@facet/inference';
import { Problem } from '@facet/problem';

/**
 * Stops work whose result comes too late, between steps that take milliseconds.
 *
 * @throws {Problem} `deadline-exceeded` once the deadline has passed or the client has left
 */
export function stopIfOver(work: Pick<Work, 'cancelled' | 'deadlineAt'> | undefined): void {
  if (work && (work.cancelled || work.deadlineAt <= performance.now())) throw new Problem('deadline-exceeded');
}
