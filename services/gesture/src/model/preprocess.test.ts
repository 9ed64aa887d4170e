import fc from 'fast-check';
import { toFeatures } from './preprocess.ts';

const hand = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 42, maxLength: 42 })
  .map((values) => Float64Array.from(values, (value) => Math.round(value * 1000) / 1000))
  .filter((points) => points.some((value, i) => Math.abs(value - points[i % 2]!) > 0.01));

function expectClose(actual: Float32Array, expected: Float32Array): void {
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
}

describe('toFeatures', () => {
  it('puts the wrist at 0 and the farthest point at distance 1', () => {
    fc.assert(
      fc.property(hand, (points) => {
        const features = toFeatures({ points });
        expect([features[0], features[1]]).toEqual([0, 0]);
        const distances = Array.from({ length: 21 }, (_, i) => Math.hypot(features[i * 2]!, features[i * 2 + 1]!));
        expect(Math.max(...distances)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('does not depend on where the hand is or how large', () => {
    fc.assert(
      fc.property(hand, fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 900 }), (points, shift, scale) => {
        expectClose(toFeatures({ points: points.map((value) => value * scale + shift) }), toFeatures({ points }));
      }),
    );
  });

  it('sees shares of a frame as the pixels they stand for', () => {
    fc.assert(
      fc.property(hand, (points) => {
        const image = { width: 1280, height: 720 };
        const shares = points.map((value, i) => value / (i % 2 === 0 ? image.width : image.height));
        expectClose(toFeatures({ points: shares, aspect: image.width / image.height }), toFeatures({ points }));
      }),
    );
  });

  it.each([
    ['in one place', new Float64Array(42).fill(3)],
    ['beyond all numbers', Float64Array.from({ length: 42 }, (_, i) => (i % 4 < 2 ? 1e308 : -1e308))],
  ])('refuses points %s', (_name, points) => {
    expect(() => toFeatures({ points })).toThrow(expect.objectContaining({ code: 'invalid-landmarks' }));
  });
});
