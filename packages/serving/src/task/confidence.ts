import { BufferedHistogram } from '@facet/telemetry';
import type { Registry } from 'prom-client';

/** How sure answers are, by version: what a drifting input moves first. */
export function measureConfidence(registry: Registry): (version: string, confidence: number) => void {
  const histogram = new BufferedHistogram({
    name: 'prediction_confidence_ratio',
    help: 'Confidence of predictions, or of each detected object',
    labelNames: ['version'] as const,
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999],
    registers: [registry],
  });
  return (version, confidence) => histogram.observe({ version }, confidence);
}
