import { latencyBuckets, BufferedCounter, BufferedHistogram } from '@facet/telemetry';
import type { Task } from '@facet/serving/kind';
import type { Registry } from 'prom-client';

type Observe = NonNullable<Task<unknown, object>['observe']>;

/** The metrics that dashboards of the detection service already use, under their names. */
export function detectionObserver(registry: Registry): Observe {
  const registers = [registry];
  const labelNames = ['version'] as const;
  const requests = new BufferedCounter({
    name: 'object_detection_requests_total',
    help: 'Detection requests',
    labelNames: ['version', 'status'] as const,
    registers,
  });
  const duration = new BufferedHistogram({
    name: 'object_detection_request_duration_seconds',
    help: 'Duration of a detection, including decoding',
    labelNames,
    buckets: latencyBuckets,
    registers,
  });
  const inference = new BufferedHistogram({
    name: 'object_detection_inference_duration_seconds',
    help: 'Inference duration',
    labelNames,
    buckets: latencyBuckets,
    registers,
  });
  return ({ version, status, elapsedMs, inferMs }) => {
    requests.inc({ version, status });
    duration.observe({ version }, elapsedMs / 1000);
    if (inferMs !== undefined) inference.observe({ version }, inferMs / 1000);
  };
}
