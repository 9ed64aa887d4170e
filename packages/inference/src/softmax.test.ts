import fc from 'fast-check';
import { softmax } from './softmax.ts';

describe('softmax', () => {
  it('sums to 1 and keeps the order, however large the logits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
        const logits = Float32Array.from(values);
        const shares = softmax(logits, 0, logits.length);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        for (let i = 1; i < shares.length; i++) if (logits[i]! > logits[i - 1]!) expect(shares[i]!).toBeGreaterThanOrEqual(shares[i - 1]!);
      }),
    );
  });

  it('reads one row of a batch', () => {
    const [first, second] = softmax(Float32Array.of(9, 9, 0, Math.log(3)), 2, 2);
    expect(first).toBeCloseTo(0.25);
    expect(second).toBeCloseTo(0.75);
  });
});
