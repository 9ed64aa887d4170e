import type { MetricObject } from './metrics-messages.ts';

type Value = MetricObject['values'][number];

function keyOf(value: Value): string {
  const labels = Object.entries(value.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(['metricName' in value ? value.metricName : '', labels]);
}

/** Of what a process has measured, that which may never go down: counters and histograms. A gauge ends with its process. */
export function countedOf(metrics: readonly MetricObject[]): MetricObject[] {
  // prom-client writes the type as a text.
  return metrics.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}

/** The sum of two sets of counters and histograms. */
export function addCounted(sum: readonly MetricObject[], more: readonly MetricObject[]): MetricObject[] {
  const byName = new Map(sum.map((metric) => [metric.name, metric]));
  for (const metric of more) {
    const values = new Map<string, Value>();
    for (const value of [...(byName.get(metric.name)?.values ?? []), ...metric.values]) {
      const key = keyOf(value);
      const known = values.get(key);
      values.set(key, known ? { ...known, value: known.value + value.value } : value);
    }
    byName.set(metric.name, { ...metric, values: [...values.values()] });
  }
  return [...byName.values()];
}
