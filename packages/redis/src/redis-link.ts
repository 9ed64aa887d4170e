import type { Redis } from 'ioredis';

export type RedisClient = Redis;

/** Where changes of health are told; a log of pino fits. */
export interface RedisLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Longest wait for a command; whoever asks goes on without Redis after it. */
const commandTimeoutMs = 1000;
const connectTimeoutMs = 2000;
const maxBackoffMs = 5000;

/**
 * A connection to Redis that is made again whenever it breaks. While it is down every command fails at once, and only the change is
 * logged: what needs Redis goes on without it.
 */
export class RedisLink {
  /** For commands that a caller wants to see fail. */
  readonly client: RedisClient;
  readonly #log: RedisLog;
  #isUp: boolean | undefined;

  private constructor(client: RedisClient, log: RedisLog) {
    this.#log = log;
    this.client = client;
    this.client.on('ready', () => this.#turn(true));
    this.client.on('close', () => this.#turn(false, 'the connection closed'));
    this.client.on('error', (error: Error) => this.#turn(false, error.message));
  }

  /** Begins to connect; nothing waits for the connection. */
  static async open(url: string, log: RedisLog): Promise<RedisLink> {
    // Loaded here and not above: who has no Redis needs none of its memory.
    const { Redis } = await import('./new-client.ts');
    const client = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      connectTimeout: connectTimeoutMs,
      retryStrategy: (attempt) => Math.min(maxBackoffMs, 50 * 2 ** Math.min(attempt, 10)),
    });
    return new RedisLink(client, log);
  }

  get isUp(): boolean {
    return this.#isUp === true;
  }

  /** Does something with Redis, or nothing while it is down or when it fails. */
  async attempt<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.isUp) return undefined;
    try {
      return await work(this.client);
    } catch (error) {
      this.#turn(this.client.status === 'ready', error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  close(): void {
    this.client.removeAllListeners('close');
    this.client.disconnect();
  }

  #turn(isUp: boolean, reason?: string): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (isUp) this.#log.info({}, 'Redis answers');
    else this.#log.warn({ reason }, 'Redis does not answer; going on without it');
  }
}
