export { measureConfidence } from './confidence.ts';
export { fromBase64, imageOf } from './image-input.ts';
export { imageFields, inferenceFields, type InferenceConfig } from './inference-fields.ts';
export type { ServedModel } from './served-model.ts';
export { startService } from './start-service.ts';
export type { Task, TaskParts } from './task.ts';
