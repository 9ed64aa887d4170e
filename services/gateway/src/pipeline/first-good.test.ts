import { setTimeout as sleep } from 'node:timers/promises';
import { firstGood, type Run } from './first-good.ts';

function run(value: string | Error, ms: number): Run<string> & { cancelled: boolean } {
  const own = {
    cancelled: false,
    result: sleep(ms).then(() => {
      if (value instanceof Error) throw value;
      return value;
    }),
    cancel: () => void (own.cancelled = true),
  };
  own.result.catch(() => undefined);
  return own;
}

async function hedge(
  first: ReturnType<typeof run>,
  second: ReturnType<typeof run> | undefined,
  mayBegin = async () => true,
): Promise<{ result: string; begun: number; won: string[] }> {
  const seen = { begun: 0, won: [] as string[] };
  const begin = (): Run<string> | undefined => {
    seen.begun += 1;
    return second;
  };
  const result = await firstGood({ first, lateMs: 50, mayBegin, begin, isGood: (value) => !value.startsWith('bad'), onWon: (winner) => seen.won.push(winner) });
  return { result, ...seen };
}

describe('firstGood', () => {
  it('begins no second for one that is in time, even if it is not good', async () => {
    expect(await hedge(run('bad', 0), run('second', 0))).toEqual({ result: 'bad', begun: 0, won: [] });
  });

  it('takes the second where the first is late, and breaks the first off', async () => {
    const first = run('first', 5000);
    expect(await hedge(first, run('second', 0))).toEqual({ result: 'second', begun: 1, won: ['second'] });
    expect(first.cancelled).toBe(true);
  });

  it('begins no second where none may be begun, or the first comes before that is known', async () => {
    expect(await hedge(run('first', 150), run('second', 0), async () => false)).toEqual({ result: 'first', begun: 0, won: [] });
    expect(await hedge(run('first', 150), run('second', 0), () => sleep(5000, true, { ref: false }))).toEqual({ result: 'first', begun: 0, won: [] });
  });

  it('breaks the second off where the first comes after all', async () => {
    const second = run('second', 5000);
    expect(await hedge(run('first', 150), second)).toEqual({ result: 'first', begun: 1, won: ['first'] });
    expect(second.cancelled).toBe(true);
  });

  it('waits for the other where one fails or is not good', async () => {
    expect((await hedge(run(new Error('reset'), 100), run('second', 200))).result).toBe('second');
    expect((await hedge(run('first', 300), run('bad', 0))).result).toBe('first');
  });

  it('comes to what the first came to where none is good, or none could be begun', async () => {
    expect((await hedge(run('bad first', 150), run('bad second', 0))).result).toBe('bad first');
    await expect(hedge(run(new Error('first'), 150), run(new Error('second'), 0))).rejects.toThrow('first');
    expect((await hedge(run('first', 150), undefined)).result).toBe('first');
  });
});
