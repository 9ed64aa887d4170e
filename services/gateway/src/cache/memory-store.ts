import type { AnswerStore, KeptAnswer } from './answer-store.ts';

/** What an entry takes besides its body: key, headers, the map's own. */
const overheadBytes = 1024;

interface MemoryStoreOptions {
  readonly maxBytes: number;
  readonly ttlMs: number;
  readonly clock?: () => number;
}

/** Answers in this process, at most so many bytes of them: what was asked for longest ago goes first. */
export class MemoryStore implements AnswerStore {
  readonly #answers = new Map<string, KeptAnswer>();
  readonly #options: Required<MemoryStoreOptions>;
  #bytes = 0;

  constructor(options: MemoryStoreOptions) {
    this.#options = { clock: Date.now, ...options };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): KeptAnswer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    this.#remove(key, answer);
    if (this.#options.clock() - answer.madeAt >= this.#options.ttlMs) return undefined;
    this.#add(key, answer);
    return answer;
  }

  put(key: string, answer: KeptAnswer): void {
    const known = this.#answers.get(key);
    if (known) this.#remove(key, known);
    if (sizeOf(answer) > this.#options.maxBytes) return;
    this.#add(key, answer);
    for (const [oldest, its] of this.#answers) {
      if (this.#bytes <= this.#options.maxBytes) break;
      this.#remove(oldest, its);
    }
  }

  #add(key: string, answer: KeptAnswer): void {
    this.#answers.set(key, answer);
    this.#bytes += sizeOf(answer);
  }

  #remove(key: string, answer: KeptAnswer): void {
    this.#answers.delete(key);
    this.#bytes -= sizeOf(answer);
  }
}

function sizeOf({ body }: KeptAnswer): number {
  return body.length + overheadBytes;
}
