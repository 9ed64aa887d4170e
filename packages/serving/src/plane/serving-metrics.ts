import type { BatcherMetrics } from '@facet/inference';
import { latencyBuckets, BufferedCounter, BufferedHistogram } from '@facet/telemetry';
import { Counter, type Registry } from 'prom-client';
import { createQuality, type Quality } from './quality.ts';
import { showTask, watchVersions, type VersionState } from './version-metrics.ts';

/** What inference services measure besides what every server does. */
export interface ServingMetrics {
  readonly predictions: BufferedCounter<'version' | 'status'>;
  /** The same of copies of requests that another version answers, which count as no predictions. */
  readonly shadows: BufferedCounter<'version' | 'status'>;
  /** Predictions, or objects in them, by class; classes come from the models' labels. */
  readonly classes: BufferedCounter<'class'>;
  readonly workerRestarts: Counter;
  /** Requests that the weights divided at random; sticky and forced ones are not independent, and left out. */
  readonly assignments: BufferedCounter<'version'>;
  /** What versions are compared by. */
  quality(version: string): Quality;
  batcher(version: string): BatcherMetrics;
  /** Shows what each configured version is, whether it can answer, and how much waits for it of what may, as they are at each scrape. */
  watch(states: () => Iterable<VersionState>): void;
}

/** @param kind of the task that is served */
export function createServingMetrics(registry: Registry, kind: string): ServingMetrics {
  const registers = [registry];
  showTask(registry, kind);
  const durations = new BufferedHistogram({
    name: 'model_inference_duration_seconds',
    help: 'Duration of a model run',
    labelNames: ['version'] as const,
    buckets: [0.00005, 0.0001, 0.00025, ...latencyBuckets],
    registers,
  });
  const batchRows = new BufferedHistogram({
    name: 'inference_batch_rows',
    help: 'Batch size of a model run, in rows',
    labelNames: ['version'] as const,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  const dispatches = new BufferedCounter({
    name: 'inference_dispatch_total',
    help: 'Model runs by trigger',
    labelNames: ['version', 'reason'] as const,
    registers,
  });

  return {
    quality: createQuality(registry),
    assignments: new BufferedCounter({
      name: 'version_assignments_total',
      help: 'Requests assigned to a version at random by weight',
      labelNames: ['version'] as const,
      registers,
    }),
    predictions: new BufferedCounter({ name: 'model_predictions_total', help: 'Predictions made', labelNames: ['version', 'status'] as const, registers }),
    shadows: new BufferedCounter({
      name: 'shadow_predictions_total',
      help: 'Predictions for shadow and mirrored traffic, which all other request and prediction metrics exclude',
      labelNames: ['version', 'status'] as const,
      registers,
    }),
    classes: new BufferedCounter({ name: 'predicted_classes_total', help: 'Predictions by class', labelNames: ['class'] as const, registers }),
    workerRestarts: new Counter({ name: 'inference_worker_restarts_total', help: 'Worker threads replaced after a crash or hang', registers }),
    batcher(version) {
      const duration = durations.of({ version });
      const rowsOfRun = batchRows.of({ version });
      for (const reason of ['idle', 'grouped', 'full', 'isolated']) dispatches.inc({ version, reason }, 0);
      return {
        dispatched(reason, rows) {
          dispatches.inc({ version, reason });
          rowsOfRun(rows);
        },
        ran: (elapsedMs) => duration(elapsedMs / 1000),
      };
    },
    watch: (states) => watchVersions(registry, states),
  };
}
