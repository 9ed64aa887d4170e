import { setImmediate as turn } from 'node:timers/promises';
import { PixelBudget } from './pixel-budget.ts';

/** Runs work of these sizes; each ends when it is told to. */
function runAll(budget: PixelBudget, sizes: readonly number[]) {
  const running = new Map<number, { end: () => void; fail: (error: Error) => void }>();
  const results = sizes.map((pixels, index) =>
    budget
      .run(pixels, () => new Promise<void>((resolve, reject) => running.set(index, { end: resolve, fail: reject })))
      .finally(() => running.delete(index))
      .catch((error: unknown) => error),
  );
  return { running, results, names: () => [...running.keys()] };
}

describe('PixelBudget', () => {
  it('lets no more pixels be decoded at once than it has, in the order in which they came', async () => {
    const { running, names } = runAll(new PixelBudget(100), [60, 40, 50, 10, 50]);
    await turn();
    expect(names()).toEqual([0, 1]);
    running.get(1)!.end();
    await turn();
    // The small one that came later does not overtake the one that waits.
    expect(names()).toEqual([0]);
    running.get(0)!.end();
    await turn();
    expect(names()).toEqual([2, 3]);
    running.get(2)!.end();
    await turn();
    expect(names()).toEqual([3, 4]);
  });

  it('decodes what is larger than all of it alone', async () => {
    const { running, names } = runAll(new PixelBudget(100), [500, 1, 500]);
    for (const [at] of [[0], [1], [2]]) {
      await turn();
      expect(names()).toEqual([at]);
      running.get(at!)!.end();
    }
  });

  it('gives back what failed work held', async () => {
    const { running, results, names } = runAll(new PixelBudget(100), [100, 100]);
    await turn();
    const damaged = new Error('damaged');
    running.get(0)!.fail(damaged);
    await turn();
    expect(names()).toEqual([1]);
    expect(await results[0]).toBe(damaged);
  });
});
