import type { ObjectStore } from '@facet/object-store';
import type { AuditSink } from './audit-sink.ts';
import { forgetPersonal, parseLine } from './record.ts';

/** Objects of JSON lines in a store, a new one for each append: `<prefix>/<yyyy>/<mm>/<dd>/<chain>-<seq>.jsonl`. A process has its own chain. */
export class ObjectSink implements AuditSink {
  readonly location: string;
  readonly #store: ObjectStore;
  readonly #prefix: string;

  constructor(store: ObjectStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
    this.location = `${store.location}/${prefix}`;
  }

  async open(): Promise<undefined> {}

  async append(lines: readonly string[]): Promise<void> {
    const { chain, seq, at } = parseLine(lines[0]!).record;
    const key = `${this.#prefix}/${at.slice(0, 10).replaceAll('-', '/')}/${chain}-${String(seq).padStart(12, '0')}.jsonl`;
    await this.#store.put(key, Buffer.from(`${lines.join('\n')}\n`), 'application/x-ndjson');
  }

  async forget(before: Date): Promise<void> {
    for await (const { key, modifiedAt } of this.#store.list(`${this.#prefix}/`)) {
      if (modifiedAt >= before) continue;
      const text = (await this.#store.get(key))?.toString('utf8') ?? '';
      const forgotten = text
        .split('\n')
        .map((line) => (line === '' ? line : forgetPersonal(line)))
        .join('\n');
      if (forgotten !== text) await this.#store.put(key, Buffer.from(forgotten), 'application/x-ndjson');
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
