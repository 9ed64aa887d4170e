export type { Fingerprint } from './seen-before.ts';
export { Sampler, type Judged, type SampleReason, type SamplerOptions } from './sampler.ts';
export { SampleQueue, type DropReason, type QueueOptions, type Sample } from './sample-queue.ts';
export { sweep, type SweepOptions } from './sweep.ts';
export { classUncertainty, objectUncertainty } from './uncertainty.ts';
