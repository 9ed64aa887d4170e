import type { PredictionCache } from '../cache/prediction-cache.ts';
import type { Next, ReceivedCall } from './call.ts';

/** Gives again what a model has answered before, where there is a cache. */
export function useCache(cache: PredictionCache | undefined, next: Next<ReceivedCall>): Next<ReceivedCall> {
  return cache ? (call) => cache.through(call, () => next(call)) : next;
}
