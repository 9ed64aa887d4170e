export { loadTaskConfig, readDeclaration } from './settings/task-settings.ts';
export { bucketFields, storeSettings } from './settings/bucket-fields.ts';
export { pullFields } from './settings/pull-fields.ts';
export { startService } from './start-service.ts';
export { pullModel, pushModel } from './transfer/copy-model.ts';
export { moveInto } from './transfer/move-into.ts';
export { pullModels } from './transfer/pull-models.ts';
