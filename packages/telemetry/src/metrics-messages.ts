import type { MetricObjectWithValues, MetricValue, MetricValueWithName } from 'prom-client';
import type { Exemplar } from './exemplars.ts';

export type MetricObject = MetricObjectWithValues<MetricValue<string> | MetricValueWithName<string>>;

/** What one process has measured. */
export interface MetricsSnapshot {
  readonly metrics: readonly MetricObject[];
  readonly exemplars: readonly [string, Exemplar][];
}

/** What the processes of one service send each other about their metrics. */
export type MetricsMessage =
  /** From a serving process: send me the snapshots of all. */
  | { readonly facet: 'metrics-wanted'; readonly id: number }
  /** From the primary process: send me yours. */
  | { readonly facet: 'metrics-asked'; readonly round: number }
  /** From a serving process; without a round it comes unasked. */
  | { readonly facet: 'metrics-given'; readonly round?: number; readonly snapshot: MetricsSnapshot }
  | { readonly facet: 'metrics-gathered'; readonly id: number; readonly all: readonly MetricsSnapshot[] };
