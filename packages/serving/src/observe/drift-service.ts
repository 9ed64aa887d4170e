import type { DriftStatus, ReferenceUpdate, ReferenceUpdated } from '@facet/contracts';
import { DriftMonitor, type DriftMonitorOptions, type Row } from '@facet/drift';
import type { RedisClient, RedisLink } from '@facet/redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedRows } from './shared-rows.ts';

const tickMs = 1000;
const saveMs = 5000;
/** Longest that an update waits for the pod that holds the lock. */
const updateTimeoutMs = 3000;

/**
 * Drift detection for all processes of a pod and, through Redis, for all pods of the service. While Redis is away the pod goes on by
 * itself with what it knows; when it is back, what the service knows holds again.
 */
export class DriftService {
  readonly #monitor: DriftMonitor;
  readonly #redis: RedisLink | undefined;
  readonly #shared: SharedRows;
  readonly #revisions = new Map<string, number>();
  #waiting = new Map<string, Row[]>();
  #ticking: Promise<void> = Promise.resolve();
  readonly #timers: readonly NodeJS.Timeout[];

  private constructor(monitor: DriftMonitor, redis: RedisLink | undefined) {
    this.#monitor = monitor;
    this.#redis = redis;
    this.#shared = new SharedRows(monitor.options.versions, monitor.options.features.length);
    const save = setInterval(() => void monitor.save(), saveMs).unref();
    this.#timers = redis ? [save, setInterval(() => void this.#tick(), tickMs).unref()] : [save];
  }

  static async open(options: DriftMonitorOptions, redis: RedisLink | undefined): Promise<DriftService> {
    return new DriftService(await DriftMonitor.open(options), redis);
  }

  /** Takes in rows of one version; gives back the versions that stand in alarm. */
  observe(version: string, rows: readonly Row[]): string[] {
    if (this.#redis?.isUp) this.#waiting.set(version, [...(this.#waiting.get(version) ?? []), ...rows]);
    else this.#monitor.observe(version, rows);
    return this.#monitor.versions.filter((name) => this.#monitor.hasDrifted(name));
  }

  async status(): Promise<DriftStatus> {
    await this.#tick();
    return this.#monitor.status(this.#redis?.isUp ?? false);
  }

  /** @throws {UnwatchedVersion | UnusableRows | TooFewPredictions} */
  async update(wanted: ReferenceUpdate): Promise<ReferenceUpdated> {
    const until = performance.now() + updateTimeoutMs;
    // In turn with the ticks, so that no state that was read before is written after.
    while (this.#redis?.isUp && performance.now() < until) {
      const updated = await this.#inTurn((client) => this.#shared.locked(client, () => this.#carryOn(client, 'all', () => this.#monitor.update(wanted))));
      if (updated) {
        await this.#monitor.save();
        return updated;
      }
      await sleep(50);
    }
    const updated = this.#monitor.update(wanted);
    await this.#monitor.save();
    return updated;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#tick();
    await this.#monitor.save();
  }

  /** Hands over what has come in, and carries the shared state on if no other pod is at it. */
  async #tick(): Promise<void> {
    if (!this.#redis) return;
    await this.#inTurn(async (client) => {
      const waiting = this.#waiting;
      this.#waiting = new Map();
      for (const [version, rows] of waiting) {
        try {
          await this.#shared.push(client, version, rows);
        } catch (error) {
          this.#monitor.observe(version, rows);
          throw error;
        }
      }
      const done = await this.#shared.locked(client, async () => this.#carryOn(client, 'fed', () => true));
      if (!done) await this.#refresh(client);
    });
  }

  async #inTurn<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    let failure: unknown;
    const turn = this.#ticking.then(async () =>
      this.#redis?.attempt(async (client) =>
        work(client).catch((error: unknown) => {
          // What the monitor refuses is for the caller, and says nothing of Redis.
          if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
          failure = error;
          return undefined;
        }),
      ),
    );
    this.#ticking = turn.then(
      () => undefined,
      () => undefined,
    );
    const result = await turn;
    if (failure !== undefined) throw failure;
    return result;
  }

  /** Brings the state up to date, takes in what waits, and writes what has changed. Only under the lock. */
  async #carryOn<T>(client: RedisClient, touched: 'all' | 'fed', then: () => T): Promise<T> {
    await this.#refresh(client);
    const fed = new Set<string>();
    for (const version of this.#monitor.versions) {
      const rows = await this.#shared.take(client, version);
      this.#monitor.observe(version, rows);
      if (rows.length > 0) fed.add(version);
    }
    const result = then();
    for (const version of touched === 'all' ? this.#monitor.versions : fed) {
      const revision = (this.#revisions.get(version) ?? 0) + 1;
      await this.#shared.write(client, version, this.#monitor.textOf(version), revision);
      this.#revisions.set(version, revision);
    }
    return result;
  }

  async #refresh(client: RedisClient): Promise<void> {
    for (const version of this.#monitor.versions) {
      const revision = await this.#shared.revision(client, version);
      if (revision === (this.#revisions.get(version) ?? 0)) continue;
      // A Redis that has forgotten everything is told again what this pod knows.
      if (revision === 0) {
        this.#revisions.delete(version);
        continue;
      }
      this.#monitor.restore(version, await this.#shared.read(client, version));
      this.#revisions.set(version, revision);
    }
  }
}

const refusals = new Set(['UnwatchedVersion', 'UnusableRows', 'TooFewPredictions']);
