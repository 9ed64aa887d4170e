export { FolderStore } from './folder-store.ts';
export type { ObjectStore, StoredObject } from './object-store.ts';
export { openStore, streamObject } from './open-store.ts';
export type { ObjectStream, S3Settings } from './s3-store.ts';
