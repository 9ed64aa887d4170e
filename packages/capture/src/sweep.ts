import type { ObjectStore, StoredObject } from '@facet/object-store';

export interface SweepOptions {
  /** Samples that are older are removed; 0 keeps them however old. */
  readonly maxAgeMs: number;
  /** Bytes that all samples may take; the oldest are removed beyond it. 0 is no limit. */
  readonly maxBytes: number;
  readonly now?: number;
}

/** Removes samples that are too old or too many; gives back how many objects it removed. */
export async function sweep(store: ObjectStore, prefix: string, { maxAgeMs, maxBytes, now = Date.now() }: SweepOptions): Promise<number> {
  const kept: StoredObject[] = [];
  const doomed: StoredObject[] = [];
  for await (const object of store.list(prefix)) {
    (maxAgeMs > 0 && now - object.modifiedAt.getTime() > maxAgeMs ? doomed : kept).push(object);
  }
  if (maxBytes > 0) {
    let bytes = kept.reduce((sum, object) => sum + object.bytes, 0);
    for (const object of kept.sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime())) {
      if (bytes <= maxBytes) break;
      bytes -= object.bytes;
      doomed.push(object);
    }
  }
  for (const { key } of doomed) await store.remove(key);
  return doomed.length;
}
