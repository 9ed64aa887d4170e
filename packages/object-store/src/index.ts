export { FolderStore } from './folder-store.ts';
export type { ObjectStore, StoredObject } from './object-store.ts';
export { openStore } from './open-store.ts';
export type { S3Settings } from './s3-store.ts';
