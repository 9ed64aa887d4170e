import fc from 'fast-check';
import { bestFirst } from './best-first.ts';

describe('bestFirst', () => {
  it('is the beginning of all sorted, however many are wanted', () => {
    const scores = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.NaN)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 250 }), (values, count) => {
        const rank = (index: number) => (Number.isNaN(values[index]!) ? -1 : values[index]!);
        // Sorting is stable: of equal ones the first comes first.
        const all = [...values.keys()].sort((a, b) => rank(b) - rank(a));
        expect(bestFirst(values, count)).toEqual(all.slice(0, count));
      }),
    );
  });
});
