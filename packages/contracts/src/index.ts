export {
  classificationContract,
  classificationOptions,
  type ClassificationAnswer,
  type ClassificationOptions,
  type ClassificationStreamMessage,
} from './classification.ts';
export { detectionContract, detectionOptions, type DetectionAnswer, type DetectionOptions, type DetectionStreamMessage } from './detection.ts';
export { digitContract, type DigitAnswer, type DigitsRead } from './digit.ts';
export { gestureContract, gestures, streamFrame, type GestureAnswer, type StreamFrame } from './gesture.ts';
export { actions, streamMessage, type Action, type StreamMessage } from './gesture-stream.ts';
export type { PictureAnswer, PictureHello, PictureRefusal } from './picture-stream.ts';
export { bearerProtocol, streamClose, streamProtocol, streamQuery } from './stream-rules.ts';
export { referenceUpdate, type DriftStatus, type DriftVersionStatus, type ReferenceUpdate, type ReferenceUpdated } from './drift.ts';
export type { Experiments } from './experiments.ts';
export { gatewayOperations, type GatewayHealth } from './gateway.ts';
export { inferenceOperations, predictId, type InferenceOperations } from './inference-operations.ts';
export { withBodyLimit, type TaskContract } from './task-contract.ts';
export { openapiDocument, underPrefix, type DocumentOptions } from './openapi.ts';
export * from './oip/index.ts';
export { samplePattern, sampleSchemas, samplesQuery, type ListedSample, type SampleList, type SampleOperations } from './samples.ts';
export type { BoxesTruth, ClassTruth, LabelsTruth, Truth } from './truth.ts';
export { planesOf } from './planes-of.ts';
export { versionName } from './version-name.ts';
export { accessOf, type Access, type Answer, type Body, type Operation, type Plane } from './operation.ts';
export {
  batchAnswer,
  ensembleVersion,
  envelope,
  health,
  modelInfo,
  summary,
  type BatchAnswer,
  type Envelope,
  type Health,
  type ModelInfo,
  type Summary,
  type VersionInfo,
} from './common.ts';

export { findTaskFiles, readTaskFile } from './task-files.ts';
export {
  builtInTasks,
  builtInVersions,
  contractOf,
  kindNames,
  kinds,
  parseTasks,
  settingNames,
  taskContracts,
  taskFile,
  taskName,
  withDefaults,
  type BuiltInTask,
  type Kind,
  type TaskFile,
} from './tasks.ts';

/** Of the suite and its API. */
export const version = '0.1.0';
export { parseJson } from './read/json.ts';
export { fromTexts, invalidFields, optionsOf } from './read/options.ts';
