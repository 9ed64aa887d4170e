import { handleRequests, sendRequest, type RequestTopic } from '@facet/ipc';
import { z } from 'zod';
import { LocalRateLimiter } from './local-rate-limiter.ts';
import type { Allowance, RateLimiter, RateLimitDecision } from './rate-limiter.ts';

interface Question {
  readonly caller: string;
  readonly allowance: Allowance;
  readonly cost: number;
  readonly usedToday: number;
}

const amount = z.number().optional();

const rateLimitTopic: RequestTopic<Question, RateLimitDecision> = {
  name: 'rate-limit',
  payload: z.object({
    caller: z.string(),
    allowance: z.object({ ratePerSecond: amount, burst: amount, quotaPerDay: amount }),
    cost: z.number(),
    usedToday: z.number(),
  }),
  result: z.discriminatedUnion('allowed', [
    z.object({ allowed: z.literal(true) }),
    z.object({ allowed: z.literal(false), limit: z.enum(['rate', 'quota']), retryAfterMs: z.number() }),
  ]),
};

/** Lets this process count for all of its pod; to be called in the one that supervises the others, or serves alone. */
export function openPodRateLimiter(): void {
  const limiter = new LocalRateLimiter();
  handleRequests(rateLimitTopic, ({ caller, allowance, cost, usedToday }) => limiter.take(caller, allowance, cost, usedToday));
}

/** Counts in one process for all that serve: connections are spread among them, and a caller's limit must not depend on how. */
export const podRateLimiter: RateLimiter = {
  take: (caller: string, allowance: Allowance, cost = 1, usedToday = 0) => sendRequest(rateLimitTopic, { caller, allowance, cost, usedToday }),
};
