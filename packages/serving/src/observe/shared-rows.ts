import { packRows, unpackRows, type Row, type MonitoredVersion } from '@facet/drift';
import { underLock, type RedisClient } from '@facet/redis';

/** Batches that wait in Redis for whoever holds the lock; older ones go. */
const maxBatches = 2000;
/** A holder that takes longer has died. */
const lockMs = 10_000;

/**
 * What the pods of a service share in Redis: rows that wait to be looked at, and the state that they led to. Any pod may take the lock and
 * carry the state on, so none is special and none is missed.
 */
export class SharedRows {
  readonly #models: ReadonlyMap<string, string>;
  readonly #width: number;

  /** @param versions with their models: pods that serve another model under the same version share nothing, as during a roll-out */
  constructor(versions: readonly MonitoredVersion[], width: number) {
    this.#models = new Map(versions.map(({ version, model }) => [version, model]));
    this.#width = width;
  }

  async push(client: RedisClient, version: string, rows: readonly Row[]): Promise<void> {
    const key = this.#key(version, 'rows');
    await client.multi().rpush(key, packRows(rows, this.#width)).ltrim(key, -maxBatches, -1).exec();
  }

  /** Takes all rows that wait, oldest first. */
  async take(client: RedisClient, version: string): Promise<Row[]> {
    const key = this.#key(version, 'rows');
    const results = await client.multi().lrangeBuffer(key, 0, -1).del(key).exec();
    const [error, batches] = results?.[0] ?? [];
    if (error) throw error;
    return ((batches ?? []) as Buffer[]).flatMap((bytes) => unpackRows(bytes, this.#width));
  }

  /** Counts up with every state that is written. */
  async revision(client: RedisClient, version: string): Promise<number> {
    return Number((await client.hget(this.#key(version, 'state'), 'revision')) ?? 0);
  }

  async read(client: RedisClient, version: string): Promise<string | undefined> {
    return (await client.hget(this.#key(version, 'state'), 'text')) ?? undefined;
  }

  async write(client: RedisClient, version: string, text: string, revision: number): Promise<void> {
    await client.hset(this.#key(version, 'state'), { text, revision });
  }

  /** @returns undefined when another pod holds the lock */
  locked<T>(client: RedisClient, work: () => Promise<T>): Promise<T | undefined> {
    return underLock(client, `facet:drift:lock:${[...this.#models.values()].join()}`, lockMs, work);
  }

  #key(version: string, what: string): string {
    return `facet:drift:{${this.#models.get(version)}}:${this.#width}:${what}`;
  }
}
