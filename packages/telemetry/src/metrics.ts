import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { measureEventLoopLag } from './event-loop-lag.ts';
import { Exemplars } from './exemplars.ts';
import { shareMetrics } from './aggregated-registry.ts';
import { registerStorageMetrics } from './storage-health.ts';
import { stages, type StageClock } from './stage-clock.ts';
import { BufferedCounter, BufferedHistogram } from './buffered-metrics.ts';

/**
 * Seconds, from a digit (under a millisecond) to the longest deadline. A quantile is known to within its bucket: they are closest from a
 * detection at rest (50 ms) to the objectives and alerts (up to 1 s), which are bounds themselves.
 */
export const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60];

const durationName = 'http_request_duration_seconds';

/** What every server here measures. Label values come from closed lists: a path or a user is never one. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: BufferedCounter<'method' | 'route' | 'status'>;
  /** Counts the answers of one kind among them: how long each took, and its trace where it may be shown as an example. */
  answersOf(labels: Readonly<Record<'method' | 'route' | 'status', string>>): (seconds: number, traceId: string | undefined) => void;
  readonly invalidInputs: Counter<'code'>;
  readonly rejected: Counter<'reason'>;
  readonly inFlight: Gauge;
  /** Traces of requests in the buckets of their durations. */
  readonly exemplars: Exemplars;
  readonly streams: Gauge;
  /** Shows how many bytes of request bodies are held, and how many may be. */
  watchBodies(budget: { readonly heldBytes: number; readonly limitBytes: number }): void;
  /** Adds what a request spent in each stage. */
  observeStages(clock: StageClock): void;
  /** Stops the timers behind the process metrics, and hands on what was counted to the process that outlives this one. */
  close(): Promise<void>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const exemplars = new Exemplars(durationName, latencyBuckets);
  const shared = shareMetrics({ registry, exemplars });
  registerStorageMetrics(registry);
  const lag = measureEventLoopLag(registry);

  const stageDuration = new BufferedHistogram({
    name: 'inference_stage_duration_seconds',
    help: 'Duration of requests by stage',
    labelNames: ['stage'] as const,
    buckets: [0.00001, 0.00005, 0.0001, 0.00025, ...latencyBuckets],
    registers,
  });
  const byStage = stages.map((stage) => stageDuration.of({ stage }));
  const observeStage = (index: number, ms: number): void => byStage[index]!(ms / 1000);

  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new BufferedCounter({ name: 'http_requests_total', help: 'HTTP requests', labelNames, registers });
  const duration = new BufferedHistogram({
    name: durationName,
    help: 'Request duration, from the first byte received to the end of the response',
    labelNames,
    buckets: latencyBuckets,
    registers,
  });
  const answers = new Map<string, ReturnType<Metrics['answersOf']>>();
  return {
    registry,
    exemplars,
    requests,
    answersOf(labels) {
      const { method, route, status } = labels;
      const key = `${method} ${status} ${route}`;
      const known = answers.get(key);
      if (known) return known;
      const [count, observe, keep] = [requests.of(labels), duration.of(labels), exemplars.of({ method, route, status })];
      const answered = (seconds: number, traceId: string | undefined): void => {
        count();
        observe(seconds);
        if (traceId !== undefined) keep(seconds, traceId);
      };
      answers.set(key, answered);
      return answered;
    },
    invalidInputs: new Counter({
      name: 'invalid_input_requests_total',
      help: 'Requests rejected because of invalid input',
      labelNames: ['code'] as const,
      registers,
    }),
    rejected: new Counter({
      name: 'requests_rejected_total',
      help: 'Requests rejected because of the state of the service',
      labelNames: ['reason'] as const,
      registers,
    }),
    inFlight: new Gauge({ name: 'inference_in_flight', help: 'Prediction requests in flight', registers }),
    streams: new Gauge({ name: 'stream_connections', help: 'Open WebSockets', registers }),
    watchBodies(budget) {
      const bodies = [
        new Gauge({
          name: 'http_request_body_held_bytes',
          help: 'Bytes of request bodies in memory',
          registers: [],
          collect() {
            this.set(budget.heldBytes);
          },
        }),
        new Gauge({
          name: 'http_request_body_budget_bytes',
          help: 'Memory budget for request bodies, in bytes',
          registers: [],
          collect() {
            this.set(budget.limitBytes);
          },
        }),
      ];
      for (const gauge of bodies) registry.registerMetric(gauge);
    },
    observeStages(clock) {
      clock.forEach(observeStage);
    },
    close() {
      lag.close();
      return shared.close();
    },
  };
}
