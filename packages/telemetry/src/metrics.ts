import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { shareMetrics } from './whole-registry.ts';
import { stages, type Stage, type StageClock } from './stage-clock.ts';

/** Seconds, from a digit (under a millisecond) to the longest deadline. */
export const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What every server here measures. Label values come from closed lists: a path or a user is never one. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly duration: Histogram<'method' | 'route' | 'status'>;
  readonly invalidInputs: Counter<'code'>;
  readonly rejected: Counter<'reason'>;
  readonly inFlight: Gauge;
  /** Adds what a request spent in each stage. */
  observeStages(clock: StageClock): void;
  /** Stops the timers behind the process metrics. */
  close(): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  shareMetrics(registry);

  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const lagGauge = new Gauge({
    name: 'event_loop_lag_seconds',
    help: 'Delay of the event loop since the last scrape',
    labelNames: ['quantile'] as const,
    aggregator: 'max',
    registers,
    collect() {
      lagGauge.set({ quantile: '0.5' }, lag.percentile(50) / 1e9);
      lagGauge.set({ quantile: '0.99' }, lag.percentile(99) / 1e9);
      lagGauge.set({ quantile: '1' }, lag.max / 1e9);
      lag.reset();
    },
  });

  const stageDuration = new Histogram({
    name: 'inference_stage_duration_seconds',
    help: 'Time that requests spent in each stage',
    labelNames: ['stage'] as const,
    buckets: [0.00001, 0.00005, 0.0001, 0.00025, ...latencyBuckets],
    registers,
  });
  const byStage = new Map<Stage, Histogram.Internal<'stage'>>(stages.map((stage) => [stage, stageDuration.labels({ stage })]));

  const labelNames = ['method', 'route', 'status'] as const;
  return {
    registry,
    requests: new Counter({ name: 'http_requests_total', help: 'Requests answered', labelNames, registers }),
    duration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the end of its answer',
      labelNames,
      buckets: latencyBuckets,
      registers,
    }),
    invalidInputs: new Counter({ name: 'invalid_input_requests_total', help: 'Requests refused for what they sent', labelNames: ['code'] as const, registers }),
    rejected: new Counter({
      name: 'requests_rejected_total',
      help: 'Requests refused for the state of the service',
      labelNames: ['reason'] as const,
      registers,
    }),
    inFlight: new Gauge({ name: 'inference_in_flight', help: 'Prediction requests being worked on', registers }),
    observeStages(clock) {
      for (const [stage, histogram] of byStage) {
        const ms = clock.spent(stage);
        if (ms !== undefined) histogram.observe(ms / 1000);
      }
    },
    close() {
      lag.disable();
    },
  };
}
