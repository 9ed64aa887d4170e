import type { StageClock } from '@facet/telemetry';
import type { Answerer } from '../task/ensemble.ts';

/** What every answer of a model says of itself. */
export function predictionHeaders(model: Answerer, clock: StageClock): Record<string, string> {
  return { 'x-model': model.reference, 'x-model-version': model.version, 'server-timing': clock.toServerTiming(), 'cache-control': 'no-store' };
}
