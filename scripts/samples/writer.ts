import type { LabelBook } from '../../packages/capture/src/index.ts';

export type LabelledSamples = ReturnType<LabelBook['labelled']>;

/**
 * Writes labelled samples in the form that a task's training reads.
 *
 * @param note told of each sample that cannot be used, and why
 */
export type Writer = (samples: LabelledSamples, folder: string, note: (line: string) => void) => Promise<{ written: number; passedOver: number }>;

/** Takes each sample that can be used; the others are named and counted. */
export async function takeEach(samples: LabelledSamples, note: (line: string) => void, take: (sample: TakenSample) => Promise<void> | void) {
  const counts = { written: 0, passedOver: 0 };
  for await (const sample of samples) {
    try {
      await take(sample);
      counts.written += 1;
    } catch (error) {
      note(`${sample.id} is passed over: ${error instanceof Error ? error.message : String(error)}`);
      counts.passedOver += 1;
    }
  }
  return counts;
}

type TakenSample = LabelledSamples extends AsyncIterable<infer Sample> ? Sample : never;
