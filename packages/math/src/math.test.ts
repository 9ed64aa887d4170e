import { backoffMs, fullBucket, logGamma, overlapOf, takeTokens } from './index.ts';

describe('takeTokens', () => {
  const rate = { perSecond: 10, capacity: 5 };

  it('grants the tokens in the bucket, then those that the rate adds, and returns the wait', () => {
    const bucket = fullBucket(rate, 0);
    expect(Array.from({ length: 6 }, () => takeTokens(bucket, rate, 0))).toEqual([0, 0, 0, 0, 0, 100]);
    expect(takeTokens(bucket, rate, 60)).toBeCloseTo(40);
    expect(takeTokens(bucket, rate, 100)).toBe(0);
  });

  it('holds no more than its capacity, takes several at once, and leaves them where they are too few', () => {
    const bucket = fullBucket(rate, 0);
    expect(takeTokens(bucket, rate, 3_600_000, 4)).toBe(0);
    expect(takeTokens(bucket, rate, 3_600_000, 4)).toBeCloseTo(300);
    expect(bucket.tokens).toBeCloseTo(1);
  });

  it('fills nothing while the clock goes back, and follows a rate that changes', () => {
    const bucket = fullBucket(rate, 1000);
    expect(takeTokens(bucket, rate, 0, 5)).toBe(0);
    expect(takeTokens(bucket, { perSecond: 1, capacity: 5 }, 0)).toBe(1000);
    expect(takeTokens(bucket, { perSecond: 0, capacity: 5 }, 0)).toBe(Infinity);
  });
});

test('backoffMs doubles from the first wait up to the longest', () => {
  const waits = [0, 1, 2, 3, 4, 5, 2000].map((failures) => backoffMs(failures, { firstMs: 100, mostMs: 1000 }));
  expect(waits).toEqual([0, 100, 200, 400, 800, 1000, 1000]);
});

test('logGamma is that of the C library', () => {
  const expected: [number, number][] = [
    [0.5, 0.572_364_942_924_700_1],
    [1, 0],
    [2, 0],
    [10, 12.801_827_480_081_469],
    [171.5, 709.143_163_030_928_2],
    [1e6, 12_815_504.569_147_611],
  ];
  for (const [at, value] of expected) expect(Math.abs(logGamma(at) - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
});

describe('overlapOf', () => {
  it.each([
    [[0, 0, 2, 2], [1, 1, 3, 3], 1 / 7],
    [[0, 0, 2, 2], [0, 0, 2, 2], 1],
    [[0, 0, 1, 1], [1, 0, 2, 1], 0],
    [[0, 0, 1, 1], [5, 5, 6, 6], 0],
    [[0, 0, 0, 0], [0, 0, 0, 0], 0],
  ])('of %j and %j is %d', (a, b, value) => expect(overlapOf(a, b)).toBeCloseTo(value));

  it('reads boxes that lie one after the other', () => expect(overlapOf([9, 0, 0, 2, 2], [9, 9, 1, 1, 3, 3], 1, 2)).toBeCloseTo(1 / 7));
});
