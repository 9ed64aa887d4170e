import { openStore, type ObjectStore } from '@facet/object-store';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabelBook } from './label-book.ts';
import { sampleIdOf, sampleKeys } from './sample-keys.ts';

const at = '2026-11-21T12:00:00.000Z';
const id = sampleIdOf('v1', at, 'seven');
const { waiting } = sampleKeys('digit', id);
const record = { request_id: 'seven', task: 'digit', version: 'v1', reason: 'uncertain', at, file: 'input.png', answer: { predicted_digit: 7 } };

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'label-book-'));
  store = await openStore(folder);
  await store.put(`${waiting}.json`, Buffer.from(JSON.stringify(record)));
  await store.put(`${waiting}.png`, Buffer.from('a picture'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The same store, in which somebody labels the sample just before a key is read for the first time. */
function labelledBefore(key: string): ObjectStore {
  let isLabelled = false;
  return {
    location: store.location,
    put: (...given) => store.put(...given),
    create: (...given) => store.create(...given),
    list: (...given) => store.list(...given),
    remove: (...given) => store.remove(...given),
    close: () => store.close(),
    get: async (asked) => {
      if (asked === key && !isLabelled) {
        isLabelled = true;
        await new LabelBook('digit', store).label(id, { verdict: 'correct', truth: { label: '7' } });
      }
      return store.get(asked);
    },
  };
}

test.each([`${waiting}.json`, `${waiting}.png`])('a sample that is labelled just before %s is read is found where it is now', async (key) => {
  const { record: found, picture } = await new LabelBook('digit', labelledBefore(key)).input(id);
  expect(found.truth).toEqual({ label: '7' });
  expect(picture?.toString()).toBe('a picture');
});

test.each([`${waiting}.json`, `${waiting}.png`])('whoever comes second, just before %s is read, is told so', async (key) => {
  const late = new LabelBook('digit', labelledBefore(key)).label(id, { verdict: 'correct', truth: { label: '1' } });
  await expect(late).rejects.toMatchObject({ code: 'already-labelled' });
  expect((await new LabelBook('digit', store).find(id)).record.truth).toEqual({ label: '7' });
});

test('a sample whose image is gone is told from one that moved', async () => {
  await store.remove(`${waiting}.png`);
  await expect(new LabelBook('digit', store).input(id)).rejects.toMatchObject({ code: 'unknown-sample' });
});
