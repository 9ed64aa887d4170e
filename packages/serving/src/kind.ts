/** What a kind is made from: its settings, its task and what tasks share. Nothing that is imported here knows of HTTP. */
export { streamPictures } from './frames/stream-pictures.ts';
export { LatestOnlyQueue } from './frames/latest-only-queue.ts';
export { Pace } from './frames/pace.ts';
export { imageFields, inferenceFields, type InferenceConfig } from './settings/inference-fields.ts';
export { taskFields, type TaskConfig } from './settings/task-settings.ts';
export type { Payload } from './task/call.ts';
export { measureConfidence } from './task/confidence.ts';
export type { Fusion } from './task/ensemble.ts';
export { fromBase64, imageOf } from './task/image-input.ts';
export { meanProbabilities } from './task/mean-probabilities.ts';
export { measurePicture, pictureFeatures } from './task/picture-features.ts';
export type { ServedModel } from './task/served-model.ts';
export type { Task, TaskParts } from './task/task.ts';
export { boxTruths, classTruths, labelsTruths } from './task/truths.ts';
export { rounded, type Sight, type Watch } from './task/watch.ts';
