import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Tensors } from './tensor.ts';
import { WorkersHost } from './workers-host.ts';

const script = pathToFileURL(`${__dirname}/../../testkit/src/fragile-worker.mjs`);
const settings = { threads: 1, executionProviders: ['cpu'], config: {} };
const feeds = (): Tensors => ({ x: { type: 'float32', data: Float32Array.of(21), dims: [1, 1] } });
const idleAgain = async (host: WorkersHost, workers: number): Promise<void> => {
  for (let tries = 0; tries < 200 && host.idle < workers; tries += 1) await sleep(10);
};

describe('WorkersHost', () => {
  const restarts: string[] = [];
  let host: WorkersHost;

  beforeEach(async () => {
    restarts.length = 0;
    host = new WorkersHost({ workers: 2, runTimeoutMs: 200, onRestart: (reason) => restarts.push(reason), script });
    for (const key of ['works', 'dies', 'hangs', 'throws']) await host.load(key, new Uint8Array(4), settings);
  });
  afterEach(() => host.close());

  it('runs on as many threads as it has', async () => {
    expect(host.idle).toBe(2);
    const runs = [host.run('works', feeds()), host.run('works', feeds())];
    expect(host.idle).toBe(0);
    await expect(host.run('works', feeds())).rejects.toThrow('no worker is idle');
    expect((await Promise.all(runs)).map((outputs) => outputs['y']!.data[0])).toEqual([42, 42]);
  });

  it('replaces a worker that dies, with all its models, and answers its request with a retryable 503', async () => {
    await expect(host.run('dies', feeds())).rejects.toMatchObject({ code: 'worker-lost', status: 503, headers: { 'retry-after': '1' } });
    expect(host.healthy).toBe(true);
    await idleAgain(host, 2);
    expect(host.idle).toBe(2);
    expect(restarts).toEqual(['it exited with code 3']);
    const both = await Promise.all([host.run('works', feeds()), host.run('works', feeds())]);
    expect(both).toHaveLength(2);
  });

  it('replaces a worker that hangs', async () => {
    await expect(host.run('hangs', feeds())).rejects.toMatchObject({ code: 'worker-lost' });
    await idleAgain(host, 2);
    expect(host.idle).toBe(2);
    expect(restarts).toEqual(['a run took over 200 ms']);
  });

  it('keeps a worker whose run merely failed', async () => {
    await expect(host.run('throws', feeds())).rejects.toThrow('no such tensor');
    expect(host.idle).toBe(2);
    expect(restarts).toEqual([]);
  });

  it('gives a run all cores when no other is under way, and only then', async () => {
    const wide = new WorkersHost({ workers: 2, wideThreads: 2, runTimeoutMs: 200, script });
    await wide.load('tells', new Uint8Array(4), settings);
    const keyOf = async (run: Promise<Tensors>) => Object.keys(await run);
    const runs = [keyOf(wide.run('tells', feeds())), keyOf(wide.run('tells', feeds()))];
    expect(await Promise.all(runs)).toEqual([['tells on all cores with 2 threads'], ['tells with 1 threads']]);
    expect(await keyOf(wide.run('tells', feeds()))).toEqual(['tells on all cores with 2 threads']);
    await wide.close();
  });

  it('wakes who waits, in order, when a worker is free', async () => {
    const order: string[] = [];
    const runs = [host.run('works', feeds()), host.run('works', feeds())];
    host.whenIdle(() => order.push('first'));
    host.whenIdle(() => order.push('second'));
    await Promise.all(runs);
    expect(order).toEqual(['first', 'second']);
  });
});
