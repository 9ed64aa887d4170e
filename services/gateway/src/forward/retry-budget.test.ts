import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

const steps = fc.array(fc.record({ afterMs: fc.nat(2000), requests: fc.nat(200), failed: fc.nat(200) }), { maxLength: 60 });

describe('RetryBudget', () => {
  it('never pays for more than the burst, a tenth of the requests and ten a second, over any stretch of time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 128 }), steps, (burst, all) => {
        let now = 0;
        const budget = new RetryBudget({ burst, clock: () => now });
        const history = all.map(({ afterMs, requests, failed }) => {
          now += afterMs;
          for (let count = 0; count < requests; count += 1) budget.deposit();
          return { at: now, requests, retries: Array.from({ length: failed }, () => budget.withdraw()).filter(Boolean).length };
        });
        for (let from = 0; from < history.length; from += 1) {
          let [requests, retries] = [0, 0];
          for (const step of history.slice(from)) {
            requests += step.requests;
            retries += step.retries;
            if (retries > burst + requests / 10 + (step.at - history[from]!.at) / 100 + 1e-6) return false;
          }
        }
        return true;
      }),
    );
  });

  it('pays for all that was on its way to a pod that is killed, and again for the next one', () => {
    let now = 0;
    const budget = new RetryBudget({ burst: 128, clock: () => now });
    for (let kill = 0; kill < 3; kill += 1) {
      expect(Array.from({ length: 128 }, () => budget.withdraw()).every(Boolean)).toBe(true);
      expect(budget.withdraw()).toBe(false);
      // 500 requests a second for 2.2 seconds.
      for (let request = 0; request < 1100; request += 1) budget.deposit();
      now += 2200;
    }
  });

  it('lets a quiet system retry', () => {
    let now = 0;
    const budget = new RetryBudget({ burst: 1, clock: () => now });
    expect(budget.withdraw()).toBe(true);
    expect(budget.withdraw()).toBe(false);
    now = 100;
    expect(budget.withdraw()).toBe(true);
  });
});
