import type { ObjectStore } from '@facet/object-store';
import { StorageHealth } from '@facet/telemetry';
import { trackWrites } from './track-writes.ts';

const bytes = Buffer.from('{}');

function failingStore(): { store: ObjectStore; failWith: (code: string | undefined) => void } {
  let error: Error | undefined;
  const write = async (): Promise<void> => {
    if (error) throw error;
  };
  const store: ObjectStore = {
    location: '/labels',
    put: write,
    create: () => write().then(() => true),
    remove: write,
    get: async () => write().then(() => undefined),
    async *list() {},
    close: async () => undefined,
  };
  return { store, failWith: (code) => (error = code === undefined ? undefined : Object.assign(new Error(`${code}: write`), { code })) };
}

describe.each(['EIO', 'EROFS', 'ENOSPC', 'EDQUOT'])('a store of labels that answers %s', (code) => {
  it.each(['put', 'create', 'remove'] as const)('counts every %s that fails, and logs the first and the end', async (act) => {
    const said: string[] = [];
    const health = new StorageHealth();
    const { store, failWith } = failingStore();
    const log = { info: (_: object, text: string) => said.push(text), warn: (_: object, text: string) => said.push(text) };
    const tracked = trackWrites(store, health, log as never);
    failWith(code);
    for (let tries = 0; tries < 3; tries += 1) await expect(tracked[act]('labelled/digit/a.json', bytes)).rejects.toThrow(code);
    await expect(tracked.get('labelled/digit/a.json')).rejects.toThrow(code);
    expect({ failures: health.failures, isFailing: health.isFailing }).toEqual({ failures: 3, isFailing: true });
    failWith(undefined);
    await tracked[act]('labelled/digit/a.json', bytes);
    expect({ failures: health.failures, isFailing: health.isFailing }).toEqual({ failures: 3, isFailing: false });
    expect(said).toEqual(['labels cannot be stored', 'storing labels has recovered']);
  });
});

it('a key that the store cannot have is no failed write', async () => {
  const health = new StorageHealth();
  const { store } = failingStore();
  const put = () => Promise.reject(new RangeError('not a key of this store'));
  await expect(trackWrites({ ...store, put }, health, { info: jest.fn(), warn: jest.fn() } as never).put('../a', bytes)).rejects.toThrow(RangeError);
  expect(health.failures).toBe(0);
});
