import type { ObjectStore } from '@facet/object-store';
import { setTimeout as sleep } from 'node:timers/promises';
import { classUncertainty, objectUncertainty, Sampler, SampleQueue, sweep, type Fingerprint, type LossReason } from './index.ts';

describe('uncertainty', () => {
  it('is 0 when one class has it all, 1 when all share it or two tie', () => {
    expect(classUncertainty([1, 0, 0])).toBe(0);
    expect(classUncertainty([1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(1, 12);
    expect(classUncertainty([0.5, 0.5, 0, 0, 0])).toBe(1);
    expect(classUncertainty([0.6, 0.4, 0])).toBeCloseTo(0.8, 12);
  });

  it('of an object is largest at one half', () => {
    expect(objectUncertainty(0.5)).toBe(1);
    expect(objectUncertainty(0.9)).toBeCloseTo(0.2, 12);
    expect(objectUncertainty(0.1)).toBeCloseTo(0.2, 12);
  });
});

function samplerAt(clock: { now: number }, options: Partial<ConstructorParameters<typeof Sampler>[0]> = {}): Sampler {
  return new Sampler({ threshold: 0.7, randomShare: 0, driftedShare: 0, maxPerSecond: 100, now: () => clock.now, ...options });
}

let next = 0;
const other = (): Fingerprint => {
  next += 1;
  return [Math.imul(next, 0x9e3779b1), Math.imul(next, 0x85ebca6b)];
};

describe('Sampler', () => {
  it('keeps what is at least as uncertain as the threshold', () => {
    const sampler = samplerAt({ now: 0 });
    expect(sampler.judge(0.7, false, other)).toEqual({ keep: 'uncertain' });
    expect(sampler.judge(0.699, false, other)).toBeUndefined();
  });

  it('keeps a share of the others, and a larger one in drift', () => {
    const draws = [0.04, 0.5, 0.5, 0.0005, 0.5];
    const sampler = samplerAt({ now: 0 }, { randomShare: 0.001, driftedShare: 0.05, random: () => draws.shift()! });
    expect(sampler.judge(0, true, other)).toEqual({ keep: 'drifted' });
    expect(sampler.judge(0, true, other)).toBeUndefined();
    expect(sampler.judge(0, false, other)).toEqual({ keep: 'random' });
    expect(sampler.judge(0, false, other)).toBeUndefined();
  });

  it('takes an input that is nearly the same only once', () => {
    const sampler = samplerAt({ now: 0 });
    const judge = (fingerprint: Fingerprint) => sampler.judge(1, false, () => fingerprint);
    expect(judge([0b1111, 7])).toEqual({ keep: 'uncertain' });
    expect(judge([0b1100, 7])).toEqual({ drop: 'duplicate' });
    expect(judge([0b1000, 7])).toEqual({ keep: 'uncertain' });
    expect(judge([-1, 7])).toEqual({ keep: 'uncertain' });
  });

  it('holds its rate, bursts allowed', () => {
    const clock = { now: 0 };
    const sampler = samplerAt(clock, { maxPerSecond: 2 });
    const kept = () => Array.from({ length: 100 }, () => sampler.judge(1, false, other)).filter((judged) => judged && 'keep' in judged).length;
    expect(kept()).toBe(20);
    clock.now = 3000;
    expect(kept()).toBe(6);
    expect(sampler.judge(1, false, other)).toEqual({ drop: 'rate' });
  });
});

/** A store that fails when told to. */
class FakeStore implements ObjectStore {
  readonly location = 'memory';
  readonly objects = new Map<string, { bytes: Uint8Array; modifiedAt: Date }>();
  failure: Error | undefined;
  async put(key: string, bytes: Uint8Array): Promise<void> {
    await sleep(1);
    if (this.failure) throw this.failure;
    this.objects.set(key, { bytes, modifiedAt: new Date() });
  }
  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    if (this.objects.has(key)) return false;
    await this.put(key, bytes);
    return true;
  }
  async get(key: string): Promise<Buffer | undefined> {
    return Buffer.from(this.objects.get(key)?.bytes ?? []);
  }
  async *list(prefix = ''): AsyncIterable<{ key: string; bytes: number; modifiedAt: Date }> {
    for (const [key, { bytes, modifiedAt }] of this.objects) if (key.startsWith(prefix)) yield { key, bytes: bytes.length, modifiedAt };
  }
  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }
  async close(): Promise<void> {}
}

function queueInto(store: FakeStore, maxBytes: number) {
  const dropped: LossReason[] = [];
  const health: boolean[] = [];
  let stored = 0;
  let failures = 0;
  const queue = new SampleQueue({
    store,
    maxBytes,
    onStored: () => (stored += 1),
    onDropped: (_, reason) => dropped.push(reason),
    onHealth: (isWell) => health.push(isWell),
    onFailedWrite: () => (failures += 1),
    backoff: { firstMs: 1, mostMs: 5 },
  });
  return { queue, dropped, health, stored: () => stored, failures: () => failures };
}

const sample = (name: string, bytes = 100) => ({ version: 'v1', objects: [{ key: name, bytes: Buffer.alloc(bytes), contentType: 'image/png' }] });

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries++) await sleep(2);
}

describe('SampleQueue', () => {
  it('loses nothing that fits while the store is away, drops and counts the rest, and says the change once', async () => {
    const store = new FakeStore();
    const { queue, dropped, health, stored } = queueInto(store, 1000);
    store.failure = new Error('ENOSPC: no space left on device');
    for (let index = 0; index < 20; index++) {
      queue.push(sample(`s${index}`, 98));
      expect(queue.bytes).toBeLessThanOrEqual(1000);
    }
    const waiting = queue.length;
    expect(waiting).toBe(10);
    expect(dropped).toEqual(Array.from({ length: 10 }, () => 'queue-full'));
    await until(() => health.length > 0);
    await sleep(20);
    expect(health).toEqual([false]);
    store.failure = undefined;
    await until(() => stored() === waiting);
    expect([...store.objects.keys()]).toEqual(Array.from({ length: 10 }, (_, index) => `s${index}`));
    expect(health).toEqual([false, true]);
    expect(queue.bytes).toBe(0);
    await queue.close(1000);
  });

  it.each(['EIO', 'EROFS', 'ENOSPC', 'EDQUOT'])('reports every write that fails with %s, and none that only its key makes impossible', async (code) => {
    const store = new FakeStore();
    const { queue, dropped, health, stored, failures } = queueInto(store, 10_000);
    store.failure = new RangeError('not a key of this store');
    queue.push(sample('bad'));
    await until(() => dropped.length > 0);
    expect(failures()).toBe(0);
    store.failure = Object.assign(new Error(`${code}: write`), { code });
    queue.push(sample('good'));
    await until(() => failures() >= 3);
    expect({ health, stored: stored() }).toEqual({ health: [false], stored: 0 });
    expect(failures()).toBeGreaterThanOrEqual(3);
    store.failure = undefined;
    await until(() => health.length > 1);
    expect({ health, stored: stored() }).toEqual({ health: [false, true], stored: 1 });
    await queue.close(1000);
  });

  it('lets go of a sample that no store could take, and goes on with the next', async () => {
    const store = new FakeStore();
    const { queue, dropped, stored } = queueInto(store, 10_000);
    store.failure = new RangeError('not a key of this store');
    queue.push(sample('bad'));
    await until(() => dropped.length > 0);
    store.failure = undefined;
    queue.push(sample('good'));
    await queue.close(1000);
    expect(dropped).toEqual(['store-refused']);
    expect(stored()).toBe(1);
  });

  it('writes what waits when it stops, and counts what the store no longer takes', async () => {
    const store = new FakeStore();
    const well = queueInto(store, 10_000);
    for (const name of ['a', 'b', 'c']) well.queue.push(sample(name));
    await well.queue.close(1000);
    expect(store.objects.size).toBe(3);
    store.failure = new Error('gone');
    const ill = queueInto(store, 10_000);
    for (const name of ['d', 'e']) ill.queue.push(sample(name));
    await ill.queue.close(30);
    expect(ill.dropped).toEqual(['stopping', 'stopping']);
  });
});

describe('sweep', () => {
  it('removes what is too old, then the oldest beyond the bytes', async () => {
    const store = new FakeStore();
    const now = Date.now();
    for (const [index, days] of [40, 20, 10, 5, 1].entries())
      store.objects.set(`samples/digit/${index}`, { bytes: Buffer.alloc(100), modifiedAt: new Date(now - days * 86_400_000) });
    store.objects.set('samples/gesture/0', { bytes: Buffer.alloc(100), modifiedAt: new Date(0) });
    expect(await sweep(store, 'samples/digit/', { maxAgeMs: 30 * 86_400_000, maxBytes: 250, now })).toBe(3);
    expect([...store.objects.keys()]).toEqual(['samples/digit/3', 'samples/digit/4', 'samples/gesture/0']);
  });
});
