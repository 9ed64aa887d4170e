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
    const all = { kind: 'share', samples: 10_000, of: 10_000, tolerance: 0.00005 } as const;
    expect(shortfall(0.9949, { ...all, value: 0.9949 })).toBeUndefined();
    expect(shortfall(0.9721, { ...all, value: 0.97208 })).toBeUndefined();
    expect(shortfall(0.9949, { ...all, value: 0.9948 })).toBe('claims 0.9949, found 0.9948');
  });

  it('wants errors to be no larger than claimed', () => {
    const error = { kind: 'lower', samples: 100, of: 100, tolerance: 0.0005 } as const;
    expect(shortfall(0.012, { ...error, value: 0.0124 })).toBeUndefined();
    expect(shortfall(0.012, { ...error, value: 0.013 })).toBe('claims 0.012, found 0.0130');
    expect(shortfall(0.012, { ...error, value: 0.001 })).toBeUndefined();
  });

  it('forgives a sample what chance explains, and no more', () => {
    const part = { kind: 'share', samples: 200, of: 10_000, tolerance: 0 } as const;
    expect(shortfall(0.99, { ...part, value: 0.985 })).toBeUndefined();
    // Figures that are no counts of right answers scatter in ways that are not known here.
    expect(shortfall(0.99, { ...part, kind: 'higher', value: 0.5 })).toBeUndefined();
    expect(shortfall(0.99, { ...part, value: 0.96 })).toMatch(/^claims 0\.99, found 0\.9600: 0\.\d+ % likely by chance$/);
  });
});
