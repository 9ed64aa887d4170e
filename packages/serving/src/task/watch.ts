import type { Fingerprint } from '@facet/capture';
import type { Feature } from '@facet/drift';

/** What a prediction leaves for its observers; filled in by `predict` where it is handed one, at the cost of a reference. */
export interface Sight<Seen> {
  seen?: Seen;
}

/** What is kept of a prediction that a model should learn from. */
interface SampleInput {
  readonly bytes: Buffer;
  /** Without a dot. */
  readonly extension: string;
  readonly contentType: string;
}

/**
 * How a task's predictions are watched. Nothing of it runs before the answer has gone out.
 *
 * @template Seen what `predict` leaves behind: pixels, landmarks
 */
export interface Watch<Input, Answer, Seen> {
  readonly features: readonly Feature[];
  /** A value a feature, in their order; NaN for what this prediction does not have. */
  measure(answer: Answer, seen: Seen): number[];
  /** From 0, as sure as can be, to 1. */
  uncertainty(answer: Answer): number;
  /** Uncertainties of parts, kept beside a sample where a picture has several. */
  parts?(answer: Answer): readonly number[];
  fingerprint(seen: Seen): Fingerprint;
  /** The input as it came, for a store. */
  sample(input: Input): SampleInput;
  /** Nobody looks at what was seen any more: its memory may be used again. */
  forget?(seen: Seen): void;
}

/** Five decimals: what is the same stays the same on its way through text. */
export function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 1e5) / 1e5);
}
