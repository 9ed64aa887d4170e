import fc from 'fast-check';
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addCounted, countedOf } from './counted.ts';
import type { MetricObject } from './metrics-messages.ts';

const amounts = fc.array(fc.record({ route: fc.constantFrom('a', 'b', 'c'), amount: fc.double({ min: 0, max: 5, noNaN: true }) }), { maxLength: 20 });

async function measured(steps: readonly { route: string; amount: number }[]): Promise<MetricObject[]> {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['route'] as const;
  const counter = new Counter({ name: 'did_total', help: 'Did', labelNames, registers });
  const histogram = new Histogram({ name: 'took_seconds', help: 'Took', labelNames, buckets: [1, 2], registers });
  const gauge = new Gauge({ name: 'now', help: 'Now', registers });
  for (const { route, amount } of steps) {
    counter.inc({ route }, amount);
    histogram.observe({ route }, amount);
    gauge.inc(amount);
  }
  return registry.getMetricsAsJSON();
}

/** Rounded, for sums in another order differ in the last digit. */
async function rendered(all: readonly (readonly MetricObject[])[]): Promise<string[]> {
  const text = await AggregatorRegistry.aggregate(all.map((metrics) => [...metrics])).metrics();
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ (\S+)$/, (_, value: string) => ` ${Number(value).toFixed(6)}`))
    .toSorted();
}

it('what ended processes counted stays in the sum, in whatever order they end; their gauges do not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(amounts, { minLength: 1, maxLength: 4 }), amounts, async (ended, living) => {
      const counted = (await Promise.all(ended.map(measured))).map(countedOf);
      const kept = counted.reduce<MetricObject[]>(addCounted, []);
      expect(kept.map(({ name }) => name).toSorted()).toEqual(['did_total', 'took_seconds']);
      const alive = await measured(living);
      expect(await rendered([alive, kept])).toEqual(await rendered([alive, ...counted]));
      expect(addCounted(kept, []).map(({ values }) => values)).toEqual(kept.map(({ values }) => values));
    }),
    { numRuns: 60 },
  );
});
