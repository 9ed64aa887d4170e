export { readDeclaration } from './settings/task-settings.ts';
export { bucketFields, storeSettings } from './settings/bucket-fields.ts';
export { pullFields } from './settings/pull-fields.ts';
export { runService } from './run-service.ts';
export { pullModel, pushModel } from './transfer/copy-model.ts';
export { moveInto } from './transfer/move-into.ts';
