import { Problem } from '@facet/problem';
import { streamLimits } from './stream-limits.ts';

describe('streamLimits', () => {
  const over = (code: 'rate-limited' | 'quota-exceeded') => () => Promise.reject(new Problem(code));

  it('forgives two seconds’ worth over the rate, then ends the stream', async () => {
    const { count, ratePerSecond } = streamLimits({ ratePerSecond: 5 }, over('rate-limited'));
    expect(ratePerSecond).toBe(5);
    for (let answer = 0; answer < 10; answer += 1) await count();
    await expect(count()).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('forgives without end where what is over is made up for', async () => {
    let answers = 0;
    const { count } = streamLimits({ ratePerSecond: 1 }, async () => {
      if ((answers += 1) % 2 === 0) throw new Problem('rate-limited');
    });
    for (let answer = 0; answer < 100; answer += 1) await count();
    expect(answers).toBe(100);
  });

  it('forgives no quota', async () => {
    await expect(streamLimits({ quotaPerDay: 5 }, over('quota-exceeded')).count()).rejects.toMatchObject({ code: 'quota-exceeded' });
  });
});
