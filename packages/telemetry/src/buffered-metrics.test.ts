import fc from 'fast-check';
import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';
import { BufferedCounter, BufferedHistogram } from './buffered-metrics.ts';

const labelNames = ['route', 'status'] as const;
const buckets = [0.001, 0.1, 1];
const labels = fc.record({ route: fc.constantFrom('/predict', '/', 'a "quoted"\nroute'), status: fc.constantFrom('200', '503') });
const value = fc.oneof(fc.constantFrom(...buckets, 0), fc.double({ min: 0, max: 10, noNaN: true }));
const steps = fc.array(fc.record({ labels, value, scrape: fc.boolean() }), { maxLength: 40 });

function both(): { ours: Registry; theirs: Registry; add: (at: { route: string; status: string }, amount: number) => void } {
  const [ours, theirs] = [new Registry(), new Registry()];
  const names = { counter: { name: 'did_total', help: 'Did' }, histogram: { name: 'took_seconds', help: 'Took' } };
  const tallies = [
    new BufferedCounter({ ...names.counter, labelNames, registers: [ours] }),
    new BufferedHistogram({ ...names.histogram, labelNames, buckets, registers: [ours] }),
  ] as const;
  const plain = [
    new Counter({ ...names.counter, labelNames, registers: [theirs] }),
    new Histogram({ ...names.histogram, labelNames, buckets, registers: [theirs] }),
  ] as const;
  return {
    ours,
    theirs,
    add(at, amount) {
      tallies[0].inc(at, amount);
      tallies[1].of(at)(amount);
      plain[0].inc(at, amount);
      plain[1].observe(at, amount);
    },
  };
}

/** Sums may differ in their last digit, for they are added up in another order. */
const rounded = (text: string): string => text.replaceAll(/ (\d[\d.e+-]*)$/gm, (_, number: string) => ` ${Number(Number(number).toPrecision(12))}`);

describe('tallies', () => {
  it("say what prom-client's own metrics say, read at any time", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { ours, theirs, add } = both();
        for (const step of all) {
          add(step.labels, step.value);
          if (step.scrape) await ours.metrics();
        }
        expect(rounded(await ours.metrics())).toBe(rounded(await theirs.metrics()));
      }),
      { numRuns: 50 },
    );
  });

  it('are added up over processes', async () => {
    const [a, b] = [both(), both()];
    a.add({ route: '/', status: '200' }, 0.05);
    b.add({ route: '/', status: '200' }, 5);
    b.add({ route: '/', status: '503' }, 0);
    const sum = async (side: 'ours' | 'theirs') =>
      AggregatorRegistry.aggregate(await Promise.all([a, b].map((each) => each[side].getMetricsAsJSON()))).metrics();
    expect((await sum('ours')).split('\n').toSorted()).toEqual((await sum('theirs')).split('\n').toSorted());
  });

  it('show a zero where one was announced, and refuse what is no number', async () => {
    const { ours, add } = both();
    add({ route: '/', status: '200' }, 0);
    expect(await ours.metrics()).toContain('did_total{route="/",status="200"} 0');
    expect(() => add({ route: '/', status: '200' }, Number.NaN)).toThrow('NaN');
  });
});
