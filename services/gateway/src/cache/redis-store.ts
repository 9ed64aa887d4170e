import type { RedisLink } from '@facet/redis';
import { withPatience } from '../patience.ts';
import type { AnswerStore, KeptAnswer } from './answer-store.ts';

/** Longer, and asking the model is as quick. */
const patienceMs = 50;
/** Larger answers would hold up what is small on the same connection. */
const maxAnswerBytes = 1024 ** 2;

/** Answers in Redis, shared by all replicas; while it does not answer, nothing is kept and nothing found. */
export class RedisStore implements AnswerStore {
  readonly #redis: RedisLink;
  readonly #ttlMs: number;

  constructor(redis: RedisLink, ttlMs: number) {
    this.#redis = redis;
    this.#ttlMs = ttlMs;
  }

  async get(key: string): Promise<KeptAnswer | undefined> {
    const bytes = await withPatience(
      this.#redis.attempt((client) => client.getBuffer(nameOf(key))),
      patienceMs,
    );
    return bytes ? unpack(bytes) : undefined;
  }

  put(key: string, answer: KeptAnswer): void {
    if (answer.body.length > maxAnswerBytes) return;
    void this.#redis.attempt((client) => client.set(nameOf(key), pack(answer), 'PX', this.#ttlMs));
  }
}

function nameOf(key: string): string {
  return `facet:answer:${key}`;
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
