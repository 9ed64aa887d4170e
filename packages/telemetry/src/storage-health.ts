import { Counter, Gauge, type Registry } from 'prom-client';

/** What this process writes to disks and buckets; the values of a label. */
type Store = 'log' | 'audit' | 'samples' | 'labels' | 'state';

/** Whether one kind of data can be written. */
export class StorageHealth {
  #failures = 0;
  #isFailing = false;

  get failures(): number {
    return this.#failures;
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Counts a write that failed; true for the first since one succeeded, which is the one to log. */
  failed(): boolean {
    this.#failures += 1;
    const isFirst = !this.#isFailing;
    this.#isFailing = true;
    return isFirst;
  }

  /** Notes a write that succeeded; true for the first after failures. */
  succeeded(): boolean {
    const hasRecovered = this.#isFailing;
    this.#isFailing = false;
    return hasRecovered;
  }
}

const byStore = new Map<Store, StorageHealth>();

/** The health of one kind of data in this process. */
export function storageHealth(store: Store): StorageHealth {
  const known = byStore.get(store);
  if (known) return known;
  const health = new StorageHealth();
  byStore.set(store, health);
  return health;
}

/** Shows what could not be written, in a process that serves and in one that supervises others. */
export function registerStorageMetrics(registry: Registry): void {
  const labelNames = ['store'] as const;
  const registers = [registry];
  const failures: Counter<'store'> = new Counter({
    name: 'storage_write_failures_total',
    help: 'Failed writes to the log file, audit log, samples, labels or state, including retries',
    labelNames,
    registers,
    collect() {
      failures.reset();
      for (const [store, health] of byStore) failures.inc({ store }, health.failures);
    },
  });
  const failing: Gauge<'store'> = new Gauge({
    name: 'storage_write_failing',
    help: '1 while the last write failed',
    labelNames,
    aggregator: 'max',
    registers,
    collect() {
      for (const [store, { isFailing }] of byStore) failing.set({ store }, isFailing ? 1 : 0);
    },
  });
}
