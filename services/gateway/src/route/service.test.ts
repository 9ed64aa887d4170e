import { RetryBudget } from '../forward/retry-budget.ts';
import type { Upstream } from '../forward/upstream.ts';
import { Service } from './service.ts';

/** A service with one upstream a version, both of which answer, and retries for so many requests. */
function service(burst: number): Service {
  const upstream = () => ({ canAnswer: true }) as unknown as Upstream;
  return new Service({
    task: 'digit',
    kind: 'digit',
    available: ['v1', 'v2'],
    weights: { v1: 50, v2: 50 },
    upstream: upstream(),
    versions: { v1: upstream(), v2: upstream() },
    budget: new RetryBudget({ burst, clock: () => 0 }),
  });
}

describe('failing over to another version', () => {
  it('spends the retry budget, and ends with it', () => {
    const digit = service(2);
    const failed = digit.route('/predict', { user: 'ada' });
    const taken = Array.from({ length: 4 }, () => digit.failover('/predict', { user: 'ada' }, failed)?.version);
    const other = failed.version === 'v1' ? 'v2' : 'v1';
    expect(taken).toEqual([other, other, undefined, undefined]);
  });

  it('is not for a caller who chose the version, and then costs nothing', () => {
    const digit = service(1);
    const failed = digit.route('/predict', { forced: 'v1' });
    expect(digit.failover('/predict', { forced: 'v1' }, failed)).toBeUndefined();
    expect(digit.failover('/v1/predict', {}, digit.route('/v1/predict', {}))).toBeUndefined();
    const open = digit.route('/predict', { user: 'ada' });
    expect(digit.failover('/predict', { user: 'ada' }, open)).toBeDefined();
  });
});
