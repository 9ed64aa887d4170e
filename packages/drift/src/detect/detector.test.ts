import { distributionOf } from '../distribution.ts';
import { cells, fixedBets } from './bets.ts';
import { Bins } from './bins.ts';
import { Detector } from './detector.ts';
import { normalQuantile, normalShare } from './normal.ts';
import { seeded } from '@facet/testkit';

describe('bets', () => {
  it('win nothing on average while p-values are uniform', () => {
    for (const bet of fixedBets) {
      expect(bet).toHaveLength(cells);
      expect(bet.reduce((sum, factor) => sum + factor, 0) / cells).toBeCloseTo(1, 12);
      expect(Math.min(...bet)).toBeGreaterThan(0);
    }
  });

  it('know the normal distribution', () => {
    expect(normalShare(1.959963984540054)).toBeCloseTo(0.975, 12);
    expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, 10);
  });
});

describe('Bins', () => {
  it('have the same share of a continuous reference each, and one for what lies outside on either side', () => {
    const bins = new Bins(distributionOf(Array.from({ length: 3200 }, (_, index) => index)));
    expect(bins.counts.reduce((sum, count) => sum + count, 0)).toBe(3200);
    expect([bins.counts[0], bins.counts.at(-1)]).toEqual([0, 0]);
    expect(Math.max(...bins.counts) / Math.min(...bins.counts.slice(1, -1))).toBeLessThan(1.3);
    expect(bins.indexOf(-1)).toBe(0);
    expect(bins.indexOf(0)).toBe(1);
    expect(bins.indexOf(3199)).toBe(bins.counts.length - 2);
    expect(bins.indexOf(3200)).toBe(bins.counts.length - 1);
  });

  it('count few values one by one, and what is none of them apart', () => {
    const bins = new Bins(distributionOf([1, 1, 1, 4, 4, 9]));
    expect([...bins.counts]).toEqual([0, 3, 0, 2, 0, 1, 0]);
    expect([0, 1, 2, 4, 8, 9, 10].map((value) => bins.indexOf(value))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('Detector', () => {
  it('gains one unit a value on average while nothing changes, however small the reference', () => {
    // The mean of a sum that few runs dominate: it is held to the right side only.
    const runs = 400;
    const values = 50;
    let total = 0;
    for (let run = 0; run < runs; run++) {
      const random = seeded(run + 1);
      const detector = new Detector(distributionOf(Array.from({ length: 20 }, random)), 1e6);
      for (let count = 0; count < values; count++) detector.observe(random(), random());
      total += detector.wealth;
    }
    expect(total / runs).toBeLessThan(values * 1.25);
    expect(total / runs).toBeGreaterThan(values * 0.5);
  });

  const changes: readonly [string, (z: number) => number, number][] = [
    ['larger values', (z) => z + 1, 80],
    ['smaller values', (z) => z - 1, 80],
    ['values that spread', (z) => 2 * z, 80],
    ['values that draw together', (z) => z / 2, 120],
    ['values beyond all that was seen', (z) => z + 50, 12],
    ['one and the same value', () => 0.123, 60],
  ];
  it.each(changes)('soon sees %s', (_, change, within) => {
    const random = seeded(3);
    const normal = () => normalQuantile(random());
    const detector = new Detector(distributionOf(Array.from({ length: 1000 }, normal)), 1e6);
    for (let count = 0; count < 500; count++) detector.observe(normal(), random());
    let count = 0;
    for (; detector.wealth < 1e5 && count < 1000; count++) detector.observe(change(normal()), random());
    expect(count).toBeLessThan(within);
  });

  it('goes on where it was', () => {
    const random = seeded(5);
    const reference = distributionOf(Array.from({ length: 300 }, random));
    const whole = new Detector(reference, 1e6);
    const first = new Detector(reference, 1e6);
    const values = Array.from({ length: 200 }, () => [random(), random()] as const);
    for (const [value, tie] of values) whole.observe(value, tie);
    for (const [value, tie] of values.slice(0, 120)) first.observe(value, tie);
    const second = new Detector(reference, 1e6, JSON.parse(JSON.stringify(first.state)) as typeof first.state);
    for (const [value, tie] of values.slice(120)) second.observe(value, tie);
    expect(second.wealth).toBeCloseTo(whole.wealth, 9);
  });
});
