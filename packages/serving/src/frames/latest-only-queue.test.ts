import { setTimeout as sleep } from 'node:timers/promises';
import { LatestOnlyQueue } from './latest-only-queue.ts';

describe('Newest', () => {
  it('does one at a time, and of those that wait only the newest', async () => {
    const done: [string, number][] = [];
    const dropped: number[] = [];
    let running = 0;
    const newest = new LatestOnlyQueue<string>({
      async work(value, count) {
        running += 1;
        expect(running).toBe(1);
        await sleep(5);
        done.push([value, count]);
        running -= 1;
      },
      waitMs: () => 0,
      onDrop: () => dropped.push(1),
    });
    for (const value of ['a', 'b', 'c', 'd']) newest.push(value);
    await sleep(30);
    newest.push('e');
    await sleep(30);
    expect(done).toEqual([
      ['a', 0],
      ['d', 2],
      ['e', 0],
    ]);
    expect(dropped).toHaveLength(2);
  });

  it('waits as long as it is told, or until it is told to go on', async () => {
    const done: string[] = [];
    let waitMs = 20;
    const newest = new LatestOnlyQueue<string>({ work: async (value) => void done.push(value), waitMs: () => waitMs, onDrop: () => undefined });
    newest.push('a');
    waitMs = 0;
    expect(done).toEqual([]);
    await sleep(40);
    expect(done).toEqual(['a']);
    waitMs = Infinity;
    newest.push('b');
    await sleep(10);
    expect(done).toEqual(['a']);
    waitMs = 0;
    newest.proceed();
    expect(done).toEqual(['a', 'b']);
  });

  it('begins nothing once it is stopped', async () => {
    const done: string[] = [];
    const newest = new LatestOnlyQueue<string>({
      async work(value) {
        await sleep(5);
        done.push(value);
      },
      waitMs: () => 0,
      onDrop: () => undefined,
    });
    newest.push('a');
    newest.push('b');
    newest.stop();
    await sleep(30);
    expect(done).toEqual(['a']);
  });
});
