import fc from 'fast-check';
import { Candidates } from './candidates.ts';

const corners = [0, 0, 1, 1] as const;

describe('Candidates', () => {
  it('keeps all that are few, and never asks for what has no confidence', () => {
    const candidates = new Candidates(0);
    expect(candidates.least).toBeGreaterThan(0);
    candidates.add({ class: 1, confidence: 1e-9, corners });
    expect(candidates.toArray()).toEqual([{ class: 1, confidence: 1e-9, corners }]);
  });

  it('keeps the best 10,000 of any number, whatever their order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 997 }), (count, step) => {
        const candidates = new Candidates(0);
        const all = Array.from({ length: count }, (_, index) => ((index * step) % count) + 1);
        for (const confidence of all) if (confidence >= candidates.least) candidates.add({ class: 0, confidence, corners });
        const kept = candidates.toArray().map(({ confidence }) => confidence);
        const best = all.toSorted((a, b) => b - a).slice(0, 10_000);
        expect(kept.toSorted((a, b) => b - a)).toEqual(best);
      }),
      { numRuns: 20 },
    );
  });
});
