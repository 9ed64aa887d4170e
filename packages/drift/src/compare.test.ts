import { compare } from './compare.ts';
import { distributionOf } from './distribution.ts';

const whole = (values: readonly number[]) => distributionOf(values, values.length);

// More cases, held against SciPy and Evidently themselves: training/tests/test_drift_statistics.py.
describe('compare', () => {
  it('agrees with what can be worked out by hand', () => {
    const found = compare({ name: 'x', doc: '' }, whole([1, 2, 3, 4]), whole([3, 4, 5, 6]));
    expect(found).toMatchObject({ test: 'kolmogorov-smirnov', statistic: 0.5 });
    expect(found.wasserstein).toBeCloseTo(2 / Math.sqrt(1.25), 12);
    // scipy.stats.kstwobign.sf(0.5 * sqrt(2))
    expect(found.p).toBeCloseTo(0.6993742, 6);
  });

  it('counts classes', () => {
    const found = compare({ name: 'c', doc: '', categories: ['a', 'b'] }, whole([0, 0, 0, 1]), whole([0, 0, 1, 1]));
    expect(found).toMatchObject({ test: 'chi-squared', statistic: 1 });
    expect(found.p).toBeCloseTo(0.31731, 5);
    expect(found.psi).toBeCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), 12);
  });

  it('says that a new class is infinitely unlikely', () => {
    expect(compare({ name: 'c', doc: '', categories: [] }, whole([0, 7]), whole([0, 1]))).toMatchObject({ statistic: null, p: 0 });
  });

  it('keeps distances of a joined sample close to those of all values', () => {
    const many = Array.from({ length: 5000 }, (_, index) => Math.sin(index) + index / 5000);
    const sample = whole(many.filter((_, index) => index % 7 === 0).map((value) => value + 0.2));
    const [exact, joined] = [whole(many), distributionOf(many)].map((reference) => compare({ name: 'x', doc: '' }, sample, reference));
    expect(Math.abs(exact!.statistic! - joined!.statistic!)).toBeLessThan(1 / 200);
    expect(Math.abs(exact!.wasserstein! - joined!.wasserstein!)).toBeLessThan(0.01);
  });
});
