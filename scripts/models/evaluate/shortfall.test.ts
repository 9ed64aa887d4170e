import { binomialUpTo, shortfall } from './shortfall.ts';

describe('binomialUpTo', () => {
  it('is the distribution that a table shows', () => {
    expect(binomialUpTo(0, 2, 0.5)).toBeCloseTo(0.25);
    expect(binomialUpTo(1, 2, 0.5)).toBeCloseTo(0.75);
    expect(binomialUpTo(3, 10, 0.3)).toBeCloseTo(0.6496, 4);
    expect(binomialUpTo(10, 10, 0.3)).toBe(1);
    expect(binomialUpTo(9800, 10_000, 0.98)).toBeCloseTo(0.5, 1);
    expect(binomialUpTo(9, 10, 1)).toBe(0);
  });
});

describe('shortfall', () => {
  it('holds a full measurement to the claim, but for rounding', () => {
    expect(shortfall(0.9949, { value: 0.9949, samples: 10_000, of: 10_000 }, 0.00005)).toBeUndefined();
    expect(shortfall(0.9721, { value: 0.97208, samples: 1578, of: 1578 }, 0.00005)).toBeUndefined();
    expect(shortfall(0.9949, { value: 0.9948, samples: 10_000, of: 10_000 }, 0.00005)).toBe('claims 0.9949, found 0.9948');
  });

  it('forgives a sample what chance explains, and no more', () => {
    const of = 10_000;
    expect(shortfall(0.99, { value: 0.985, samples: 200, of }, 0)).toBeUndefined();
    expect(shortfall(0.99, { value: 0.96, samples: 200, of }, 0)).toMatch(/^claims 0\.99, found 0\.9600: 0\.\d+ % likely by chance$/);
  });
});
