import { fullBucket, takeTokens, type TokenBucket, type TokenRate } from '@facet/math';
import { SeenBefore, type Fingerprint } from './seen-before.ts';

/** Why a prediction is kept. */
export type SampleReason = 'uncertain' | 'drifted' | 'random';

export interface SamplerOptions {
  /** Predictions at least this uncertain are kept. */
  readonly threshold: number;
  /** Share of all others that is kept, so that the samples also show what the model is sure of. */
  readonly randomShare: number;
  /** Share that is kept while the version stands in drift. */
  readonly driftedShare: number;
  /** Samples a second, on average; a burst may be ten times that. */
  readonly maxPerSecond: number;
  /** Bits in which two inputs that count as the same may differ. */
  readonly sameWithinBits?: number;
  readonly random?: () => number;
  readonly now?: () => number;
}

export const declineReasons = ['duplicate', 'rate'] as const;

/** What became of a candidate: why it is kept, or why it is not though it was one; undefined where nothing speaks for keeping it. */
export type Judged = { readonly keep: SampleReason } | { readonly drop: (typeof declineReasons)[number] } | undefined;

const remembered = 4096;
const burstSeconds = 10;

/** Decides which predictions are worth keeping. */
export class Sampler {
  readonly #options: Required<SamplerOptions>;
  readonly #seen: SeenBefore;
  readonly #rate: TokenRate;
  readonly #bucket: TokenBucket;

  constructor(options: SamplerOptions) {
    this.#options = { sameWithinBits: 2, random: Math.random, now: () => performance.now(), ...options };
    this.#seen = new SeenBefore(remembered, this.#options.sameWithinBits);
    this.#rate = { perSecond: options.maxPerSecond, capacity: options.maxPerSecond * burstSeconds };
    this.#bucket = fullBucket(this.#rate, this.#options.now());
  }

  /** @param fingerprint asked for only where the prediction is a candidate */
  judge(uncertainty: number, hasDrifted: boolean, fingerprint: () => Fingerprint): Judged {
    const reason = this.#reason(uncertainty, hasDrifted);
    if (!reason) return undefined;
    if (takeTokens(this.#bucket, this.#rate, this.#options.now()) > 0) return { drop: 'rate' };
    if (this.#seen.has(fingerprint())) {
      // It costs nothing: only what is kept counts.
      this.#bucket.tokens += 1;
      return { drop: 'duplicate' };
    }
    return { keep: reason };
  }

  #reason(uncertainty: number, hasDrifted: boolean): SampleReason | undefined {
    const { threshold, randomShare, driftedShare, random } = this.#options;
    if (uncertainty >= threshold) return 'uncertain';
    if (hasDrifted && random() < driftedShare) return 'drifted';
    return random() < randomShare ? 'random' : undefined;
  }
}
