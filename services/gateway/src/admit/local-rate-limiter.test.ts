import { LocalRateLimiter } from './local-rate-limiter.ts';

describe('LocalMeter', () => {
  let now = Date.UTC(2026, 0, 1, 23, 59, 58);
  const limiter = (maxCallers = 10) => new LocalRateLimiter({ clock: () => now, maxCallers });

  it('lets a burst through, then as many as the rate allows', () => {
    const own = limiter();
    const take = () => own.take('a', { ratePerSecond: 10, burst: 3 });
    expect([take(), take(), take()].every(({ allowed }) => allowed)).toBe(true);
    expect(take()).toEqual({ allowed: false, limit: 'rate', retryAfterMs: 100 });
    now += 100;
    expect([take().allowed, take().allowed]).toEqual([true, false]);
    now += 60_000;
    expect([take(), take(), take(), take()].map(({ allowed }) => allowed)).toEqual([true, true, true, false]);
    expect(own.take('b', { ratePerSecond: 10, burst: 3 }).allowed).toBe(true);
  });

  it('lets one through in four seconds where the rate is a quarter', () => {
    const own = limiter();
    const take = () => own.take('a', { ratePerSecond: 0.25 });
    expect([take().allowed, take().allowed]).toEqual([true, false]);
    now += 4000;
    expect(take().allowed).toBe(true);
  });

  it('counts a day, in UTC, and says how long it lasts', () => {
    now = Date.UTC(2026, 0, 1, 23, 59, 58);
    const own = limiter();
    const take = () => own.take('a', { quotaPerDay: 2 });
    expect([take().allowed, take().allowed, take()]).toEqual([true, true, { allowed: false, limit: 'quota', retryAfterMs: 2000 }]);
    now += 2000;
    expect(take().allowed).toBe(true);
  });

  it('forgets who asked longest ago, so that many callers need no more memory', () => {
    const own = limiter(2);
    const take = (caller: string) => own.take(caller, { ratePerSecond: 0.001 }).allowed;
    expect([take('a'), take('b'), take('a'), take('c'), take('a'), take('b')]).toEqual([true, true, false, true, false, true]);
  });

  it('counts a batch as its items, whole or not at all', () => {
    const own = limiter();
    const take = (cost: number) => own.take('a', { ratePerSecond: 10, burst: 10, quotaPerDay: 12 }, cost);
    expect(take(8).allowed).toBe(true);
    expect(take(4)).toEqual({ allowed: false, limit: 'rate', retryAfterMs: 200 });
    expect(take(2).allowed).toBe(true);
    now += 1000;
    expect(take(3)).toMatchObject({ allowed: false, limit: 'quota' });
    expect(take(2).allowed).toBe(true);
  });

  it('goes on from what another count knew of a quota', () => {
    const own = limiter();
    const take = (usedToday: number) => own.take('a', { quotaPerDay: 5 }, 1, usedToday).allowed;
    expect([take(3), take(3), take(3), take(0)]).toEqual([true, true, false, false]);
  });

  it('forgets no quota however many addresses come', () => {
    const own = limiter(2);
    const quota = () => own.take('caller', { quotaPerDay: 1 }).allowed;
    expect(quota()).toBe(true);
    for (let address = 0; address < 10; address += 1) own.take(`address${address}`, { ratePerSecond: 1 });
    expect(quota()).toBe(false);
  });
});
