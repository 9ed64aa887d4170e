import type { Experiments } from '../experiments/open-experiments.ts';
import type { Next, TaskCall } from './call.ts';

const predictPath = /^\/(?:(v\d+|ensemble)\/)?predict(?:\?|$)/;

/** Counts what versions answer to predictions, and asks another version for a share of them: never in the way of an answer. */
export function experiment(experiments: Experiments, next: Next<TaskCall>): Next<TaskCall> {
  return async (call) => {
    const match = predictPath.exec(call.url);
    if (!match) return next(call);
    const { context, service, wish, progress } = call;
    const watched = experiments.get(service.task)!;
    try {
      const answer = await next(call);
      const isLeftOpen = match[1] === undefined && wish.forced === undefined;
      watched.answered(context, answer, { version: progress.version, isCached: progress.cache === 'hit', isLeftOpen });
      return answer;
    } catch (error) {
      watched.failed(context, progress.version);
      throw error;
    }
  };
}
