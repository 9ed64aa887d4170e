import { Ejection } from './ejection.ts';

describe('Ejection', () => {
  it('sends out at once where nobody answers, and after five failures in a row otherwise', () => {
    expect(new Ejection().fail(0, true)).toBe(true);
    const doubtful = new Ejection();
    expect([1, 2, 3, 4, 5].map((now) => doubtful.fail(now, false))).toEqual([false, false, false, false, true]);
    const mixed = new Ejection();
    for (let now = 0; now < 100; now += 1) {
      expect(mixed.fail(now, false)).toBe(false);
      if (now % 4 === 3) mixed.succeed();
    }
  });

  it('lasts from 1 s, doubled each time, to 30 s', () => {
    const ejection = new Ejection();
    let now = 0;
    const spans = Array.from({ length: 8 }, () => {
      expect(ejection.fail(now, true)).toBe(true);
      const outAt = now;
      while (ejection.isOut(now)) now += 1;
      return now - outAt;
    });
    expect(spans).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('counts what fails together once, and forgets all with an answer', () => {
    const ejection = new Ejection();
    expect(Array.from({ length: 40 }, () => ejection.fail(0, true)).filter(Boolean)).toHaveLength(1);
    expect(ejection.isOut(999)).toBe(true);
    expect(ejection.isOut(1000)).toBe(false);
    expect(ejection.isOnTrial).toBe(true);
    ejection.succeed();
    expect(ejection.isOnTrial).toBe(false);
    ejection.fail(5000, true);
    expect(ejection.isOut(6000)).toBe(false);
  });

  it('takes one failure of any kind on trial as enough', () => {
    const ejection = new Ejection();
    ejection.fail(0, true);
    expect(ejection.fail(1000, false)).toBe(true);
    expect(ejection.isOut(2999)).toBe(true);
  });
});
