import type { LabelBook } from '../../packages/capture/src/index.ts';

export type Samples = ReturnType<LabelBook['each']>;

interface WriterContext {
  readonly task: string;
  /** Exists. */
  readonly folder: string;
  /** Classes that the task's models know; none where there are no models at hand. */
  readonly labels: readonly string[];
  /** Called with one line for each sample that cannot be used, and why. */
  readonly note: (line: string) => void;
}

/** Writes samples in the form that a task's training, or a tool for annotations, reads. */
export type Writer = (samples: Samples, context: WriterContext) => Promise<{ written: number; passedOver: number }>;

/** Takes each sample that can be used; the others are named and counted. */
export async function takeEach(samples: Samples, note: (line: string) => void, take: (sample: TakenSample) => Promise<void> | void) {
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

export type TakenSample = Samples extends AsyncIterable<infer Sample> ? Sample : never;
