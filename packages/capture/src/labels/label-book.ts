import type { Truth } from '@facet/contracts';
import type { ObjectStore } from '@facet/object-store';
import { Problem } from '@facet/problem';
import { countUpTo, FillGauge } from './fill.ts';
import { labelledPrefix, sampleIdFrom, sampleKeys, waitingPrefix } from './sample-keys.ts';
import { extensionOf, readRecord, type SampleRecord } from './sample-record.ts';

export type SampleState = 'waiting' | 'labelled';

/** A sample with its name. */
export interface NamedSample {
  readonly id: string;
  readonly record: SampleRecord;
}

interface Found {
  readonly state: SampleState;
  readonly record: SampleRecord;
  /** Its key without an extension. */
  readonly key: string;
}

interface Judgement {
  readonly verdict: 'accept' | 'correct' | 'discard' | 'feedback';
  /** Undefined discards the sample. */
  readonly truth: Truth | undefined;
  readonly by?: string | undefined;
  /** Take the place of a label that is there. */
  readonly replace?: boolean | undefined;
}

const countedUpTo = 10_000;

/**
 * The samples of one task and the labels that people give them, in the store where the services keep them. Several may write at the same
 * time: a record is written whole, and of two labels for one sample the first stays unless the second says otherwise.
 */
export class LabelBook {
  readonly #task: string;
  readonly #store: ObjectStore;
  readonly #fill: FillGauge;

  /** @param maxBytes that labelled samples may take, inputs included; 0 is no limit */
  constructor(task: string, store: ObjectStore, maxBytes = 0) {
    this.#task = task;
    this.#store = store;
    this.#fill = new FillGauge(store, labelledPrefix(task), maxBytes);
  }

  /** A page of samples in the order of their keys, and the name behind which the next one begins. */
  async page(state: SampleState, limit: number, after?: string): Promise<{ samples: NamedSample[]; next: string | null }> {
    const samples: NamedSample[] = [];
    let last: string | undefined;
    for await (const id of this.#ids(state, after)) {
      if (samples.length === limit) return { samples, next: last! };
      last = id;
      const record = await this.#read(sampleKeys(this.#task, id)[state]);
      if (record) samples.push({ id, record });
    }
    return { samples, next: null };
  }

  /** Counting ends at a bound, for a bucket may hold millions. */
  async counts(): Promise<{ waiting: number; labelled: number; up_to: number }> {
    const [waiting, labelled] = await Promise.all([countUpTo(countedUpTo, this.#ids('waiting')), countUpTo(countedUpTo, this.#ids('labelled'))]);
    return { waiting, labelled, up_to: countedUpTo };
  }

  /** Each sample of a state with its input: a picture's bytes, or undefined where the record itself holds the input. */
  async *each(state: SampleState): AsyncIterable<NamedSample & { readonly picture: Buffer | undefined }> {
    for await (const id of this.#ids(state)) {
      const key = sampleKeys(this.#task, id)[state];
      const record = await this.#read(key);
      if (!record) continue;
      const extension = extensionOf(record);
      const picture = extension === undefined ? undefined : await this.#store.get(`${key}.${extension}`);
      if (picture || extension === undefined) yield { id, record, picture };
    }
  }

  /** @throws {Problem} `unknown-sample` */
  async find(id: string): Promise<Found> {
    const { waiting, labelled } = sampleKeys(this.#task, id);
    const places = [
      { state: 'labelled', key: labelled },
      { state: 'waiting', key: waiting },
      // It may have been labelled between the two.
      { state: 'labelled', key: labelled },
    ] as const;
    for (const place of places) {
      const record = await this.#read(place.key);
      if (record) return { ...place, record };
    }
    throw new Problem('unknown-sample');
  }

  /**
   * What the model saw: a picture, or undefined where the record holds it.
   *
   * @throws {Problem} `unknown-sample`
   */
  async input(id: string): Promise<{ record: SampleRecord; picture: Buffer | undefined }> {
    let sought: string | undefined;
    for (;;) {
      const { record, key } = await this.find(id);
      const extension = extensionOf(record);
      const picture = extension === undefined ? undefined : await this.#store.get(`${key}.${extension}`);
      if (picture || extension === undefined) return { record, picture };
      // It may have been labelled meanwhile, and then is where labelled ones are.
      if (key === sought) throw new Problem('unknown-sample', 'The image of this sample no longer exists.');
      sought = key;
    }
  }

  /**
   * Labels a sample, or discards it.
   *
   * @throws {Problem} `unknown-sample`, `already-labelled`, `samples-full`
   */
  async label(id: string, { verdict, truth, by, replace = false }: Judgement): Promise<void> {
    const found = await this.find(id);
    const { waiting } = sampleKeys(this.#task, id);
    if (found.state === 'labelled' && !replace) {
      // Whoever wrote that label may have been cut off before it took the sample from those that wait.
      await this.#remove(waiting, found.record);
      throw new Problem('already-labelled');
    }
    if (truth === undefined) {
      await this.#remove(waiting, found.record);
      if (found.state === 'labelled') await this.#remove(found.key, found.record);
      return;
    }
    const { picture } = await this.input(id);
    const at = new Date().toISOString();
    const record = { ...found.record, truth, labelled: { verdict, at, ...(by !== undefined && { by }) } };
    const isFirst = await this.#write(id, record, picture, replace);
    await this.#remove(waiting, found.record);
    if (!isFirst) throw new Problem('already-labelled');
  }

  /**
   * Keeps an input with its label, though no service had kept it.
   *
   * @throws {Problem} `samples-full`, `already-labelled` when there is one of that name
   */
  async add(id: string, record: SampleRecord, picture: Buffer | undefined): Promise<void> {
    if (!(await this.#write(id, record, picture, false))) throw new Problem('already-labelled');
  }

  /** The picture first: a record whose picture is missing would be a sample of nothing. */
  async #write(id: string, record: SampleRecord, picture: Buffer | undefined, replace: boolean): Promise<boolean> {
    const { labelled: key } = sampleKeys(this.#task, id);
    const bytes = Buffer.from(JSON.stringify(record));
    await this.#fill.claim(bytes.length + (picture?.length ?? 0));
    if (picture) await this.#store[replace ? 'put' : 'create'](`${key}.${extensionOf(record)}`, picture);
    if (!replace) return this.#store.create(`${key}.json`, bytes, 'application/json');
    await this.#store.put(`${key}.json`, bytes, 'application/json');
    return true;
  }

  /** The record first: what is left of a sample without one is not seen any more, and is swept in time. */
  async #remove(key: string, record: SampleRecord): Promise<void> {
    await this.#store.remove(`${key}.json`);
    const extension = extensionOf(record);
    if (extension !== undefined) await this.#store.remove(`${key}.${extension}`);
  }

  async #read(key: string): Promise<SampleRecord | undefined> {
    const bytes = await this.#store.get(`${key}.json`);
    return bytes && readRecord(bytes);
  }

  async *#ids(state: SampleState, after?: string): AsyncIterable<string> {
    const prefix = state === 'waiting' ? waitingPrefix(this.#task) : labelledPrefix(this.#task);
    const from = after === undefined ? undefined : `${sampleKeys(this.#task, after)[state]}.json`;
    for await (const { key } of this.#store.list(prefix, from)) {
      const id = sampleIdFrom(this.#task, key);
      if (id !== undefined) yield id;
    }
  }
}
