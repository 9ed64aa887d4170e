import type { Problem } from '@facet/problem';
import { StageClock } from '@facet/telemetry';
import fc from 'fast-check';
import { Batcher, type Work } from './batcher.ts';
import type { SessionHost } from './session-host.ts';
import type { Tensors } from './tensor.ts';

const poison = -1;

/** Doubles every value after a moment, in so many slots; a batch with a poisoned row fails whole, as ONNX Runtime's would. */
class FakeHost implements SessionHost {
  readonly blocking: boolean;
  readonly healthy = true;
  readonly runs: number[] = [];
  idle: number;
  #waiting: (() => void)[] = [];

  constructor(slots: number, blocking = false) {
    this.idle = slots;
    this.blocking = blocking;
  }

  load = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();

  whenIdle(callback: () => void): void {
    this.#waiting.push(callback);
  }

  async run(_key: string, { x }: Tensors): Promise<Tensors> {
    this.idle -= 1;
    const data = x!.data as Float32Array;
    this.runs.push(x!.dims[0]!);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.idle += 1;
    queueMicrotask(() => {
      while (this.#waiting.length > 0 && this.idle > 0) this.#waiting.shift()!();
    });
    if (data.includes(poison)) throw new Error('poisoned');
    return { y: { type: 'float32', data: data.map((value) => value * 2), dims: x!.dims } };
  }
}

function rowsOf(values: readonly number[]): Tensors {
  return { x: { type: 'float32', data: Float32Array.from(values), dims: [values.length, 1] } };
}

function work(deadlineMs = 10_000): Work & { cancelled: boolean } {
  return { deadlineAt: performance.now() + deadlineMs, cancelled: false, clock: new StageClock() };
}

const values = (tensors: Tensors): number[] => [...(tensors['y']!.data as Float32Array)];

describe('Batcher', () => {
  it('gives every request its own rows, however they were grouped, and lets a bad one fail alone', async () => {
    const request = fc.record({
      values: fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 1e6 }) }, { weight: 1, arbitrary: fc.constant(poison) }), {
        minLength: 1,
        maxLength: 5,
      }),
      delay: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (requests, maxBatchRows, slots, blocking) => {
          const batcher = new Batcher(new FakeHost(slots, blocking), 'fake/v1', { maxBatchRows, maxQueueRows: 1000 });
          await Promise.all(
            requests.map(async ({ values: sent, delay }) => {
              await new Promise((resolve) => setTimeout(resolve, delay));
              const answer = batcher.submit(rowsOf(sent), sent.length, work());
              if (sent.includes(poison)) await expect(answer).rejects.toThrow('poisoned');
              else expect(values(await answer)).toEqual(sent.map((value) => value * 2));
            }),
          );
          expect(batcher.queuedRows).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('starts a lone request at once, and groups what queues meanwhile by rows', async () => {
    const host = new FakeHost(1);
    const batcher = new Batcher(host, 'fake/v1', { maxBatchRows: 4, maxQueueRows: 100 });
    await Promise.all([batcher.submit(rowsOf([1]), 1, work()), ...[2, 3, 4].map((value) => batcher.submit(rowsOf([value, value]), 2, work()))]);
    expect(host.runs).toEqual([1, 4, 2]);
  });

  it('never joins rows of different shape', async () => {
    const host = new FakeHost(1);
    const batcher = new Batcher(host, 'fake/v1', { maxBatchRows: 8, maxQueueRows: 100 });
    const wide = (data: number[]): Tensors => ({ x: { type: 'float32', data: Float32Array.from(data), dims: [1, data.length] } });
    const answers = await Promise.all([
      batcher.submit(rowsOf([1]), 1, work()),
      batcher.submit(rowsOf([2]), 1, work()),
      batcher.submit(wide([3, 4]), 1, work()),
      batcher.submit(wide([5, 6]), 1, work()),
      batcher.submit(rowsOf([7]), 1, work()),
    ]);
    expect(answers.map(values)).toEqual([[2], [4], [6, 8], [10, 12], [14]]);
    expect(host.runs).toEqual([1, 1, 2, 1]);
  });

  it('groups what one turn of the event loop brought when a run would hold the loop', async () => {
    const host = new FakeHost(1, true);
    const batcher = new Batcher(host, 'fake/v1', { maxBatchRows: 8, maxQueueRows: 100 });
    await Promise.all([1, 2, 3].map((value) => batcher.submit(rowsOf([value]), 1, work())));
    expect(host.runs).toEqual([3]);
  });

  it('refuses what does not fit the queue, with a time to come back', async () => {
    const batcher = new Batcher(new FakeHost(1), 'fake/v1', { maxBatchRows: 1, maxQueueRows: 2 });
    const accepted = [1, 2, 3].map((value) => batcher.submit(rowsOf([value]), 1, work()));
    const refused = await batcher.submit(rowsOf([4]), 1, work()).catch((error: unknown) => error as Problem);
    expect(refused).toMatchObject({ code: 'overloaded', status: 503 });
    expect(Number((refused as Problem).headers['retry-after'])).toBeGreaterThanOrEqual(1);
    await expect(Promise.all(accepted)).resolves.toHaveLength(3);
  });

  it('never runs what nobody waits for any more', async () => {
    const host = new FakeHost(1);
    const batcher = new Batcher(host, 'fake/v1', { maxBatchRows: 1, maxQueueRows: 3 });
    const first = batcher.submit(rowsOf([1]), 1, work());
    const gone = work();
    const late = batcher.submit(rowsOf([2]), 1, work(0)).catch((error: unknown) => error);
    const left = batcher.submit(rowsOf([3]), 1, gone).catch((error: unknown) => error);
    gone.cancelled = true;
    const last = batcher.submit(rowsOf([4]), 1, work());
    expect(values(await first)).toEqual([2]);
    expect(values(await last)).toEqual([8]);
    expect(await late).toMatchObject({ code: 'deadline-exceeded' });
    expect(await left).toMatchObject({ code: 'deadline-exceeded' });
    expect(host.runs).toEqual([1, 1]);
  });

  it('shares one host between models, in turn', async () => {
    const host = new FakeHost(1);
    const [a, b] = ['a', 'b'].map((key) => new Batcher(host, key, { maxBatchRows: 1, maxQueueRows: 100 })) as [Batcher, Batcher];
    const order: string[] = [];
    await Promise.all([
      ...[1, 2, 3].map((value) => a.submit(rowsOf([value]), 1, work()).then(() => order.push('a'))),
      ...[1, 2, 3].map((value) => b.submit(rowsOf([value]), 1, work()).then(() => order.push('b'))),
    ]);
    expect(order.join('')).toMatch(/^a(ba|ab)/);
    expect(order).toHaveLength(6);
  });
});
