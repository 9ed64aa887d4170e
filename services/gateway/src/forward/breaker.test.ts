import { Breaker } from './breaker.ts';
import { podBreaker } from './endpoint.ts';

describe('Breaker', () => {
  it('opens at once where nobody answers, and after five failures in a row otherwise', () => {
    expect(new Breaker(podBreaker).fail(0, true)).toBe(true);
    const doubtful = new Breaker(podBreaker);
    expect([1, 2, 3, 4, 5].map((now) => doubtful.fail(now, false))).toEqual([false, false, false, false, true]);
    const mixed = new Breaker(podBreaker);
    for (let now = 0; now < 100; now += 1) {
      expect(mixed.fail(now, false)).toBe(false);
      if (now % 4 === 3) mixed.succeed(now);
    }
  });

  it('lasts from 1 s, doubled each time, to 30 s', () => {
    const breaker = new Breaker(podBreaker);
    let now = 0;
    const spans = Array.from({ length: 8 }, () => {
      expect(breaker.fail(now, true)).toBe(true);
      const openedAt = now;
      while (breaker.isOpen(now)) now += 1;
      return now - openedAt;
    });
    expect(spans).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('counts what fails together once, and forgets all with an answer', () => {
    const breaker = new Breaker(podBreaker);
    expect(Array.from({ length: 40 }, () => breaker.fail(0, true)).filter(Boolean)).toHaveLength(1);
    expect(breaker.isOpen(999)).toBe(true);
    expect(breaker.isOpen(1000)).toBe(false);
    expect(breaker.isOnTrial).toBe(true);
    breaker.succeed(2000);
    expect(breaker.isOnTrial).toBe(false);
    breaker.fail(5000, true);
    expect(breaker.isOpen(6000)).toBe(false);
  });

  it('takes one failure of any kind on trial as enough', () => {
    const breaker = new Breaker(podBreaker);
    breaker.fail(0, true);
    expect(breaker.fail(1000, false)).toBe(true);
    expect(breaker.isOpen(2999)).toBe(true);
  });

  it('of a service stays closed while anything is answered, however much fails', () => {
    const breaker = new Breaker({ failures: 20, quietMs: 1000, floorMs: 500, capMs: 2000 });
    let now = 0;
    for (let second = 0; second < 20; second += 1) {
      breaker.succeed(now);
      for (let failure = 0; failure < 99; failure += 1) expect(breaker.fail((now += 10))).toBe(false);
    }
    expect(breaker.fail((now += 10))).toBe(true);
    expect(breaker.waitMs(now + 100)).toBe(400);
    expect(breaker.waitMs(now + 600)).toBe(0);
  });
});
