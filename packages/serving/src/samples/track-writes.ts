import type { ObjectStore } from '@facet/object-store';
import type { Log, StorageHealth } from '@facet/telemetry';

/** A store whose failed writes are counted, and logged when they begin and end. Failed reads are not: what they answer says so. */
export function trackWrites(store: ObjectStore, health: StorageHealth, log: Pick<Log, 'info' | 'warn'>): ObjectStore {
  const { location } = store;
  const track = async <T>(write: Promise<T>): Promise<T> => {
    try {
      const result = await write;
      if (health.succeeded()) log.info({ store: location }, 'storing labels has recovered');
      return result;
    } catch (error) {
      // A key that the store cannot have is the caller's fault.
      if (!(error instanceof RangeError) && health.failed()) log.warn({ store: location, reason: String(error) }, 'labels cannot be stored');
      throw error;
    }
  };
  return {
    location,
    put: (...object) => track(store.put(...object)),
    create: (...object) => track(store.create(...object)),
    remove: (key) => track(store.remove(key)),
    get: (key) => store.get(key),
    list: (prefix, after) => store.list(prefix, after),
    close: () => store.close(),
  };
}
