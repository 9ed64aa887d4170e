import { backoffMs } from '@facet/math';
import type { Log } from '@facet/telemetry';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';

interface RemoteKeySetOptions {
  readonly url: string;
  /** Finds the key of a token in a set; fails for a set that is none. */
  readonly readKeys: (set: JSONWebKeySet) => GetKey;
  /** Whether an error of it says that the set has no such key. */
  readonly isUnknownKey: (error: unknown) => boolean;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** The clock in milliseconds, for tests. */
  readonly now?: () => number;
}

type GetKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

const fetchTimeoutMs = 3000;
const maxBodyBytes = 256 * 1024;
/** Older keys are fetched anew beside the requests. */
const freshMs = 600_000;
/** Older keys are not trusted any more, however long the provider has been away. */
const staleMs = 86_400_000;
/** A token with an unknown key makes the keys be fetched anew, but not more often than this. */
const cooldownMs = 10_000;
const backoff = { firstMs: 1000, mostMs: 60_000 };

/** The keys cannot be had now. */
export class KeysUnavailable extends Error {
  readonly retryAfterSeconds: number;

  constructor(waitMs: number, cause: unknown) {
    super('the keys of the identity provider cannot be fetched', { cause });
    this.name = 'KeysUnavailable';
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/**
 * The keys that an identity provider publishes. Requests that come at once share one fetch; while the provider is away it is asked less and
 * less often, once a minute at last, and the keys that are known stay good for a day.
 */
export class RemoteKeySet {
  readonly #options: RemoteKeySetOptions;
  readonly #now: () => number;
  #keys: GetKey | undefined;
  #fetchedAt = -Infinity;
  #fetching: Promise<void> | undefined;
  #failures = 0;
  #failure: unknown;
  #retryAt = -Infinity;

  constructor(options: RemoteKeySetOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * The key that signed a token.
   *
   * @throws {Error} for which `isUnknownKey` holds, when the provider publishes no such key
   * @throws {KeysUnavailable}
   */
  async get(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<GetKey> {
    const age = this.#now() - this.#fetchedAt;
    if (!this.#keys || age > staleMs) await this.#refresh();
    else if (age > freshMs && this.#now() >= this.#retryAt) void this.#refresh().catch(() => undefined);
    try {
      return await this.#keys!(header, token);
    } catch (error) {
      if (!this.#options.isUnknownKey(error) || this.#now() - this.#fetchedAt < cooldownMs) throw error;
      await this.#refresh();
      return this.#keys!(header, token);
    }
  }

  async #refresh(): Promise<void> {
    if (!this.#fetching) {
      const waitMs = this.#retryAt - this.#now();
      if (waitMs > 0) throw new KeysUnavailable(waitMs, this.#failure);
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
    }
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { url, log, readKeys } = this.#options;
    try {
      this.#keys = readKeys(await download(url));
      this.#fetchedAt = this.#now();
      if (this.#failures > 0) log.info({}, 'fetching the JWKS has recovered');
      this.#failures = 0;
    } catch (error) {
      if (this.#failures === 0) log.warn({ reason: reasonOf(error) }, 'the JWKS cannot be fetched; using the cached keys');
      this.#failures += 1;
      this.#failure = error;
      const pauseMs = backoffMs(this.#failures, backoff);
      this.#retryAt = this.#now() + pauseMs;
      throw new KeysUnavailable(pauseMs, error);
    }
  }
}

/** @throws {Error} when there is no answer in time, or none that is a set of keys */
async function download(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutMs), headers: { accept: 'application/json' } });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the JWKS server returned ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBodyBytes) throw new Error(`the key server sends more than ${maxBodyBytes} bytes`);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
