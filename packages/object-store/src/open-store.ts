import { FolderStore } from './folder-store.ts';
import type { ObjectStore } from './object-store.ts';
import type { ObjectStream, S3Settings } from './s3-store.ts';

/**
 * The store that an address names: `s3://bucket/prefix` or a folder.
 *
 * @param settings how a bucket is reached; a folder needs none
 * @throws {RangeError} for an address of another kind
 */
export async function openStore(address: string, settings: Omit<S3Settings, 'bucket' | 'prefix'> = {}): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1];
  if (scheme === undefined) return new FolderStore(address);
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(address) ?? [];
  if (bucket === undefined) throw new RangeError(`${address} is not the address of a store; expected s3://bucket/prefix or a folder`);
  // The client of S3 takes a while to load, and folders need none of it.
  const { S3Store } = await import('./s3-store.ts');
  return new S3Store({ ...settings, bucket, prefix });
}

/**
 * Reads one object of a bucket as a stream, for objects that may be too large for memory.
 *
 * @returns nothing where there is no such object
 * @throws {RangeError} unless the address is `s3://bucket/key`
 */
export async function streamObject(address: string, settings: Omit<S3Settings, 'bucket' | 'prefix'> = {}): Promise<ObjectStream | undefined> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*[^/])$/.exec(address) ?? [];
  if (bucket === undefined || key === undefined) throw new RangeError(`${address} is not the address of an object; expected s3://bucket/key`);
  const { S3Store } = await import('./s3-store.ts');
  const store = new S3Store({ ...settings, bucket });
  const found = await store.stream(key).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  if (found) found.body.once('close', () => void store.close());
  else await store.close();
  return found;
}
