import { Pace } from './pace.ts';

/** Turns granted to who tries this often over ten seconds. */
function granted(pace: Pace, triesPerSecond: number): number {
  return Array.from({ length: triesPerSecond * 10 }, (_, index) => pace.take((index * 1000) / triesPerSecond)).filter((waitMs) => waitMs === 0).length;
}

describe('Pace', () => {
  it('lets through what comes at the rate or below', () => {
    expect(granted(new Pace(60, 0), 60)).toBe(600);
    expect(granted(new Pace(60, 0), 25)).toBe(250);
  });

  it('holds what comes faster to the rate, but for a few at once', () => {
    const count = granted(new Pace(60, 0), 500);
    expect(count).toBeGreaterThanOrEqual(600);
    expect(count).toBeLessThanOrEqual(608);
  });

  it('lets no more than a second’s worth come at once', () => {
    expect(granted(new Pace(2, 0), 100)).toBeLessThanOrEqual(22);
    expect(granted(new Pace(0.5, 0), 100)).toBeLessThanOrEqual(6);
  });

  it('says how long to wait', () => {
    const pace = new Pace(50, 0);
    for (let turn = 0; turn < 8; turn += 1) expect(pace.take(0)).toBe(0);
    const waitMs = pace.take(0);
    expect(waitMs).toBeCloseTo(20, 6);
    expect(pace.take(waitMs)).toBe(0);
  });
});
