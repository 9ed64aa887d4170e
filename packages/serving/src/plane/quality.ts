import { BufferedCounter } from '@facet/telemetry';
import type { Registry } from 'prom-client';

/** What one version did, as sums from which means and their intervals follow, over all processes of the service. */
export interface Quality {
  observe(seconds: number, confidence: number | undefined): void;
}

/** Counters of each version's answers; named so that sums and squares are told apart. */
export const qualityCounters = {
  seconds: 'prediction_seconds_total',
  squaredSeconds: 'prediction_seconds_squared_total',
  confident: 'prediction_confidence_count_total',
  confidence: 'prediction_confidence_total',
  squaredConfidence: 'prediction_confidence_squared_total',
} as const;

export function createQuality(registry: Registry): (version: string) => Quality {
  const counter = (name: string, help: string) => new BufferedCounter({ name, help, labelNames: ['version'], registers: [registry] });
  const counters = {
    seconds: counter(qualityCounters.seconds, 'Seconds from the first byte of a request to its prediction'),
    squaredSeconds: counter(qualityCounters.squaredSeconds, 'Squares of the same, for its variance'),
    confident: counter(qualityCounters.confident, 'Predictions that have a confidence'),
    confidence: counter(qualityCounters.confidence, 'Sum of the confidences'),
    squaredConfidence: counter(qualityCounters.squaredConfidence, 'Squares of the same, for its variance'),
  };
  const versions = new Map<string, Quality>();
  const of = (version: string): Quality => {
    const [seconds, squaredSeconds, confident, confidences, squaredConfidences] = Object.values(counters).map((each) => each.of({ version }));
    return {
      observe(elapsed, confidence) {
        seconds!(elapsed);
        squaredSeconds!(elapsed * elapsed);
        if (confidence === undefined) return;
        confident!();
        confidences!(confidence);
        squaredConfidences!(confidence * confidence);
      },
    };
  };
  return (version) => {
    const known = versions.get(version);
    if (known) return known;
    const made = of(version);
    versions.set(version, made);
    return made;
  };
}
