import fc from 'fast-check';
import { luma } from './convert-pixels.ts';
import { halve, halveOpaque } from './halve.ts';

const sizes = { width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }), seed: fc.nat() };
const noise = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => ((i + seed) * 2654435761) >>> 24);

/** The mean of a value over each two by two pixels, by the book. */
function means(width: number, height: number, at: (pixel: number) => number): number[] {
  const found: number[] = [];
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const [right, below] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)];
      found.push((at(y * width + x) + at(y * width + right) + at(below * width + x) + at(below * width + right)) / 4);
    }
  return found;
}

describe('halving', () => {
  it('takes the mean of two by two', () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ width, height, seed }) => {
        const data = noise(width * height, seed);
        const half = halve({ data, width, height, channels: 1 });
        expect(half).toMatchObject({ width: Math.ceil(width / 2), height: Math.ceil(height / 2), channels: 1 });
        expect([...half.data]).toEqual(means(width, height, (pixel) => data[pixel]!).map(Math.round));
      }),
    );
  });

  it('takes the luma of opaque colours, and no others', () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ width, height, seed }) => {
        const data = noise(width * height * 4, seed).map((value, i) => (i % 4 === 3 ? 255 : value));
        const half = halveOpaque({ data, width, height, channels: 4 })!;
        const expected = means(width, height, (pixel) => luma(data[4 * pixel]!, data[4 * pixel + 1]!, data[4 * pixel + 2]!));
        half.data.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1.5));
        const glass = seed % (width * height);
        data[4 * glass + 3] = 254;
        expect(halveOpaque({ data, width, height, channels: 4 })).toBeUndefined();
      }),
    );
  });
});
