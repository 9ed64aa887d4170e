import { Problem } from '@facet/problem';
import type { Allowance } from './rate-limiter.ts';

/** What one stream may have, for as long as it lives. */
export interface StreamLimits {
  /** Answers a second; undefined for as many as come. */
  readonly ratePerSecond: number | undefined;
  /**
   * Counts an answer against the limits of who opened the stream.
   *
   * @throws {Problem} `unauthenticated`, `rate-limited`, `quota-exceeded` when the stream must end
   */
  readonly count: () => Promise<void>;
}

/** The pass of those whom nothing limits. */
export const unlimitedStream: StreamLimits = { ratePerSecond: undefined, count: () => Promise.resolve() };

/** Seconds' worth of answers by which a stream may go over its rate: its service keeps to the rate, but networks do not tick evenly. */
const forgivenSeconds = 2;
const forgivenAtLeast = 4;

/** @param take counts one answer, and throws where a request would be refused */
export function streamLimits({ ratePerSecond }: Allowance, take: () => Promise<void>): StreamLimits {
  const forgiven = Math.max(forgivenAtLeast, forgivenSeconds * (ratePerSecond ?? 0));
  let over = 0;
  return {
    ratePerSecond,
    async count() {
      try {
        await take();
        over = Math.max(0, over - 1);
      } catch (error) {
        over += 1;
        if (!(error instanceof Problem && error.code === 'rate-limited' && over <= forgiven)) throw error;
      }
    },
  };
}
