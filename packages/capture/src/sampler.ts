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
  #tokens: number;
  #filledAt: number;

  constructor(options: SamplerOptions) {
    this.#options = { sameWithinBits: 2, random: Math.random, now: () => performance.now(), ...options };
    this.#seen = new SeenBefore(remembered, this.#options.sameWithinBits);
    this.#tokens = options.maxPerSecond * burstSeconds;
    this.#filledAt = this.#options.now();
  }

  /** @param fingerprint asked for only where the prediction is a candidate */
  judge(uncertainty: number, hasDrifted: boolean, fingerprint: () => Fingerprint): Judged {
    const reason = this.#reason(uncertainty, hasDrifted);
    if (!reason) return undefined;
    if (!this.#hasToken()) return { drop: 'rate' };
    if (this.#seen.has(fingerprint())) return { drop: 'duplicate' };
    this.#tokens -= 1;
    return { keep: reason };
  }

  #reason(uncertainty: number, hasDrifted: boolean): SampleReason | undefined {
    const { threshold, randomShare, driftedShare, random } = this.#options;
    if (uncertainty >= threshold) return 'uncertain';
    if (hasDrifted && random() < driftedShare) return 'drifted';
    return random() < randomShare ? 'random' : undefined;
  }

  #hasToken(): boolean {
    const { maxPerSecond, now } = this.#options;
    const at = now();
    this.#tokens = Math.min(maxPerSecond * burstSeconds, this.#tokens + ((at - this.#filledAt) / 1000) * maxPerSecond);
    this.#filledAt = at;
    return this.#tokens >= 1;
  }
}
