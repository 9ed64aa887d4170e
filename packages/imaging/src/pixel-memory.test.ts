import { release, takeSamples } from './pixel-memory.ts';
import type { Pixels } from './pixels.ts';

const length = 200_000;
const pixelsOf = (data: Uint8Array): Pixels => ({ data, width: data.length, height: 1, channels: 1 });

describe('memory of samples', () => {
  it('is used again, and never by two at once', () => {
    const [first, second] = [takeSamples(length), takeSamples(length)];
    expect(first.buffer).not.toBe(second.buffer);
    release(pixelsOf(first));
    expect(takeSamples(10 * length).buffer).not.toBe(first.buffer);
    const smaller = takeSamples(length - 5000);
    expect(smaller).toHaveLength(length - 5000);
    expect(smaller.buffer).toBe(first.buffer);
    expect(takeSamples(length).buffer).not.toBe(first.buffer);
  });

  it('is kept for a few, and freed for the rest', () => {
    const given = Array.from({ length: 10 }, () => takeSamples(length));
    for (const data of given) release(pixelsOf(data));
    expect(given.filter(({ buffer }) => buffer.byteLength > 0)).toHaveLength(4);
  });

  it('is freed at once where another made it, but for what may lie in a pool', () => {
    const large = Buffer.allocUnsafe(length);
    const small = Buffer.allocUnsafe(100);
    release(pixelsOf(large));
    release(pixelsOf(small));
    expect([large.length, small.length]).toEqual([0, 100]);
  });
});
