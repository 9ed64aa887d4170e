import { lossReasons } from './sample-queue.ts';
import { declineReasons } from './sampler.ts';

export type { Fingerprint } from './seen-before.ts';
export { Sampler, type Judged, type SampleReason, type SamplerOptions } from './sampler.ts';
export { SampleQueue, type LossReason, type QueueOptions, type Sample } from './sample-queue.ts';
export { LabelBook, type NamedSample } from './labels/label-book.ts';
export { sampleIdOf, sampleKeys } from './labels/sample-keys.ts';
export { pictureExtensions, type SampleRecord } from './labels/sample-record.ts';
export { sweep, type SweepOptions } from './sweep.ts';
export { classUncertainty, objectUncertainty } from './uncertainty.ts';

/** Why something that was worth keeping was not kept: the closed set of a label. */
export const dropReasons = [...declineReasons, ...lossReasons] as const;
