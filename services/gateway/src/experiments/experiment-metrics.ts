import { BufferedCounter } from '@facet/telemetry';
import { Counter, type Registry } from 'prom-client';

/** Counters from whose sums over all processes the comparison is made. */
export const counterNames = {
  requests: 'experiment_requests_total',
  assigned: 'experiment_assignments_total',
  seconds: 'experiment_seconds_total',
  squaredSeconds: 'experiment_seconds_squared_total',
  shadowed: 'experiment_shadowed_total',
  confident: 'experiment_confidence_count_total',
  confidence: 'experiment_confidence_total',
  squaredConfidence: 'experiment_confidence_squared_total',
} as const;

type ByVersion = 'service' | 'version';

export interface ExperimentMetrics {
  readonly requests: BufferedCounter<ByVersion | 'status'>;
  readonly assigned: BufferedCounter<ByVersion>;
  readonly seconds: BufferedCounter<ByVersion>;
  readonly squaredSeconds: BufferedCounter<ByVersion>;
  readonly shadowed: Counter<'service' | 'versions' | 'outcome'>;
  readonly confident: Counter<ByVersion>;
  readonly confidence: Counter<ByVersion>;
  readonly squaredConfidence: Counter<ByVersion>;
}

export function createExperimentMetrics(registry: Registry): ExperimentMetrics {
  const registers = [registry];
  const options = (name: string, help: string) => ({ name, help, labelNames: ['service', 'version'] as const, registers });
  const byVersion = (name: string, help: string) => new Counter(options(name, help));
  // What every prediction adds to.
  const bufferedCounter = (name: string, help: string) => new BufferedCounter(options(name, help));
  return {
    requests: new BufferedCounter({
      name: counterNames.requests,
      help: 'Predictions by version, as seen by the gateway',
      labelNames: ['service', 'version', 'status'] as const,
      registers,
    }),
    assigned: bufferedCounter(counterNames.assigned, 'Requests assigned to a version at random by weight'),
    seconds: bufferedCounter(counterNames.seconds, 'Seconds that clients waited for predictions'),
    squaredSeconds: bufferedCounter(counterNames.squaredSeconds, 'Squares of the same, for its variance'),
    shadowed: new Counter({
      name: counterNames.shadowed,
      help: 'Requests predicted by two versions, by agreement',
      labelNames: ['service', 'versions', 'outcome'] as const,
      registers,
    }),
    confident: byVersion(counterNames.confident, 'Shadow predictions with a confidence'),
    confidence: byVersion(counterNames.confidence, 'Sum of the confidences'),
    squaredConfidence: byVersion(counterNames.squaredConfidence, 'Squares of the same, for its variance'),
  };
}
