import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOptions, connectTimeoutMs } from './client-options.ts';
import { faultOf, type RedisFault } from './reply-code.ts';

export type RedisClient = Redis;

/** Where changes of health are logged; a log of pino fits. */
export interface RedisLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Where a link's health is counted. */
export interface RedisEvents {
  /** Called every two seconds or so, and at every change. */
  onHealth?(isUp: boolean): void;
  onError?(fault: RedisFault): void;
}

/** How often the link is probed: what is wrong is known before 5 s have passed, a command's timeout included. */
const defaultProbeIntervalMs = 2000;
const probeKey = 'facet:probe';
const probeTtlMs = 10_000;

const clusterRefused =
  'REDIS_URL names a node of a Redis Cluster, which is not supported: limits would differ from node to node. Name a server without cluster mode, or Sentinels.';

/**
 * A connection to Redis that is made again whenever it breaks. A probe writes a key every two seconds: a link is up while writes succeed, so
 * that a read-only replica, a full memory or a login that was withdrawn counts as down. While it is down every command fails at once, and
 * only changes are logged: what needs Redis goes on without it.
 */
export class RedisLink {
  /** For commands that a caller wants to see fail. */
  readonly client: RedisClient;
  readonly #log: RedisLog;
  readonly #events: RedisEvents;
  readonly #timer: NodeJS.Timeout;
  /** `up`, or what is wrong; undefined before either is known. */
  #state: 'up' | RedisFault | undefined;
  #isProbing = false;
  #isClosed = false;
  #settle: () => void = () => undefined;
  readonly #settled: Promise<void>;

  private constructor(client: RedisClient, log: RedisLog, events: RedisEvents, probeIntervalMs: number) {
    this.#log = log;
    this.#events = events;
    this.client = client;
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    client.on('ready', () => void this.#greet());
    client.on('close', () => this.#lose('the connection closed'));
    client.on('error', (error: Error) => {
      const fault = faultOf(error);
      this.#turn(fault === 'other' ? 'connection' : fault, error.message);
    });
    this.#timer = setInterval(() => void this.#probe(), probeIntervalMs).unref();
  }

  /**
   * Begins to connect, and waits until Redis has answered or cannot be reached: 2 s at most.
   *
   * @throws {Error} one sentence, for a node of a Redis Cluster
   */
  static async open(url: string, log: RedisLog, events: RedisEvents = {}, probeIntervalMs = defaultProbeIntervalMs): Promise<RedisLink> {
    // Loaded here and not above: a process without Redis needs none of its memory.
    const { Redis } = await import('./new-client.ts');
    const options = clientOptions(url);
    const link = new RedisLink(new Redis(options), log, events, probeIntervalMs);
    const timer = new AbortController();
    await Promise.race([link.#settled, sleep(connectTimeoutMs, undefined, { signal: timer.signal })]);
    timer.abort();
    if (link.#state === 'CLUSTER') {
      link.close();
      throw new Error(clusterRefused);
    }
    return link;
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Does something with Redis, or nothing while it is down or when it fails. */
  async attempt<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.isUp) return undefined;
    try {
      return await work(this.client);
    } catch (error) {
      this.#judge(error, false);
      return undefined;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }

  /** A new connection: which kind of server it leads to, and whether it takes writes. */
  async #greet(): Promise<void> {
    // A user without the right to ask is believed.
    const info = await this.client.info('cluster').catch(() => '');
    if (/^cluster_enabled:1/m.test(info)) this.#turn('CLUSTER', clusterRefused);
    else await this.#probe(true);
  }

  async #probe(isNew = false): Promise<void> {
    const isTaken = isNew || (this.#state !== undefined && this.#state !== 'CLUSTER');
    if (isTaken && this.client.status === 'ready' && !this.#isProbing) {
      this.#isProbing = true;
      try {
        await this.client.set(probeKey, '1', 'PX', probeTtlMs);
        this.#turn('up');
      } catch (error) {
        this.#judge(error, true);
      } finally {
        this.#isProbing = false;
      }
    }
    if (!this.#isClosed && this.#state !== undefined) this.#events.onHealth?.(this.isUp);
  }

  /** @param isProbe false for a command of a caller, which may time out or fail by what it asked for */
  #judge(error: unknown, isProbe: boolean): void {
    const known = error instanceof Error ? error : new Error(String(error));
    const fault = faultOf(known);
    this.#events.onError?.(fault);
    if (this.#isClosed || (!isProbe && (fault === 'other' || fault === 'timeout'))) return;
    if (fault === 'connection' && this.client.status === 'ready') return;
    this.#turn(fault, known.message);
    // After an error that Redis answers with, ioredis reconnects by itself.
    if (fault === 'timeout') this.client.disconnect(true);
  }

  #lose(reason: string): void {
    // It was cut because of what Redis said, which says more.
    if (this.#state === undefined || this.#state === 'up') this.#turn('connection', reason);
  }

  #turn(state: 'up' | RedisFault, reason?: string): void {
    this.#settle();
    // After a wrong password every command is refused for want of one.
    if (this.#isClosed || state === this.#state || (state === 'NOAUTH' && this.#state === 'WRONGPASS')) return;
    this.#state = state;
    this.#events.onHealth?.(this.isUp);
    if (state === 'up') this.#log.info({}, 'Redis is available');
    else if (state === 'connection' || state === 'timeout') this.#log.warn({ reason }, 'Redis is unreachable; continuing without it');
    else this.#log.warn({ code: state, reason }, 'Redis returns errors; continuing without it');
  }
}
