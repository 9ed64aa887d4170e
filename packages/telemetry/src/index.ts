export { lineWriter } from './line-writer.ts';
export { createLog, type Log } from './log.ts';
export { createMetrics, latencyBuckets, type Metrics } from './metrics.ts';
export { openMetricsType, toOpenMetrics } from './open-metrics.ts';
export { StageClock, stages, type Stage } from './stage-clock.ts';
export { continueTrace, formatTraceparent, type TraceContext } from './trace-context.ts';
export { TallyCounter, TallyHistogram } from './tally.ts';
export { relayMetrics, wholeRegistry, type WholeRegistry } from './whole-registry.ts';
export { startTracing, type Tracing } from './tracing.ts';
