import type { RedisClient, RedisLink } from '@facet/redis';
import { withTimeout } from '../with-timeout.ts';
import type { AnswerStore, KeptAnswer } from './answer-store.ts';

/** Longer, and asking the model is as quick. */
const patienceMs = 50;
/** Larger answers would hold up what is small on the same connection. */
const maxAnswerBytes = 1024 ** 2;

/** Of the memory that Redis may use, the cache takes this part at most: the rest is for limits and quotas. */
const memoryPart = 1 / 4;
const memoryReadEveryMs = 60_000;

const [meta, first, second] = ['facet:{answers}:meta', 'facet:{answers}:1', 'facet:{answers}:2'] as const;

/**
 * Puts an answer into the newer of two generations. When that has half of the bytes, the older one is dropped and begins anew: what the cache
 * takes is bounded without a list of its entries.
 *
 * KEYS: what is known of the generations, the generations. ARGV: name, answer, milliseconds to keep it, bytes of a generation.
 */
const script = `
local current = redis.call('HGET', KEYS[1], 'current')
local bytes = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0)
if not current then
  redis.call('UNLINK', KEYS[2], KEYS[3])
  current, bytes = '1', 0
end
local overhead = #ARGV[1] + 160
local size = #ARGV[2] + overhead
if size > tonumber(ARGV[4]) then return 0 end
local known = redis.call('HSTRLEN', KEYS[1 + current], ARGV[1])
if known > 0 then bytes = bytes - known - overhead end
if bytes + size > tonumber(ARGV[4]) then
  current, bytes = current == '1' and '2' or '1', 0
  redis.call('UNLINK', KEYS[1 + current])
end
redis.call('HSET', KEYS[1 + current], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1 + current], ARGV[3])
redis.call('HSET', KEYS[1], 'current', current, 'bytes', bytes + size)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`;

type Caching = RedisClient & {
  facetCache(meta: string, first: string, second: string, name: string, answer: Buffer, ttlMs: number, bytes: number): Promise<number>;
};

interface RedisStoreOptions {
  readonly ttlMs: number;
  readonly maxBytes: number;
}

/** Answers in Redis, shared by all replicas, at most so many bytes of them; while it does not answer, nothing is kept and nothing found. */
export class RedisStore implements AnswerStore {
  readonly #redis: RedisLink;
  readonly #options: RedisStoreOptions;
  #maxBytes: number;
  #memoryReadAt = -Infinity;

  constructor(redis: RedisLink, options: RedisStoreOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#maxBytes = options.maxBytes;
    redis.client.defineCommand('facetCache', { numberOfKeys: 3, lua: script });
  }

  async get(key: string): Promise<KeptAnswer | undefined> {
    const found = await withTimeout(
      this.#redis.attempt((client) => Promise.all([client.hgetBuffer(first, key), client.hgetBuffer(second, key)])),
      patienceMs,
    );
    const answers = (found ?? []).flatMap((bytes) => (bytes ? [unpack(bytes)] : [])).sort((a, b) => b.madeAt - a.madeAt);
    return answers[0] && Date.now() - answers[0].madeAt < this.#options.ttlMs ? answers[0] : undefined;
  }

  put(key: string, answer: KeptAnswer): void {
    if (answer.body.length > maxAnswerBytes) return;
    void this.#redis.attempt(async (client) => {
      await this.#readMemory(client);
      await (client as Caching).facetCache(meta, first, second, key, pack(answer), this.#options.ttlMs, Math.floor(this.#maxBytes / 2));
    });
  }

  /** Redis may have less memory than the cache is allowed. A user without the right to ask is left with the setting. */
  async #readMemory(client: RedisClient): Promise<void> {
    if (performance.now() - this.#memoryReadAt < memoryReadEveryMs) return;
    this.#memoryReadAt = performance.now();
    const info = await client.info('memory').catch(() => '');
    const available = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
    this.#maxBytes = Math.min(this.#options.maxBytes, available > 0 ? available * memoryPart : Infinity);
  }
}

/** The body behind everything else as JSON, whose length comes first. */
function pack({ body, ...rest }: KeptAnswer): Buffer {
  const head = Buffer.from(JSON.stringify(rest));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, body]);
}

function unpack(bytes: Buffer): KeptAnswer {
  const end = 4 + bytes.readUInt32LE(0);
  return { ...(JSON.parse(bytes.toString('utf8', 4, end)) as Omit<KeptAnswer, 'body'>), body: bytes.subarray(end) };
}
