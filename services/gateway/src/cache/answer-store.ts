import type { UpstreamAnswer } from '../http1/answer-parser.ts';

/** An answer that can be given again. */
export interface KeptAnswer extends UpstreamAnswer {
  /** Of the request that it was made for; it stands in the body. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

/** Keeps answers for a while; what it has lost is asked for again. */
export interface AnswerStore {
  get(key: string): KeptAnswer | undefined | Promise<KeptAnswer | undefined>;
  /** Returns at once; what cannot be kept is not. */
  put(key: string, answer: KeptAnswer): void;
}
