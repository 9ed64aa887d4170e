/** One object of a listing. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/**
 * Objects under keys: a bucket of S3, or a folder. Keys are relative, parts separated by `/`; a store may lie below a prefix, which
 * its callers never see.
 */
export interface ObjectStore {
  /** Where it lies, for messages: `s3://bucket/prefix` or a path. */
  readonly location: string;
  /** Writes an object whole: a reader sees the old one or the new one, never a part. */
  put(key: string, bytes: Uint8Array, contentType?: string): Promise<void>;
  /**
   * Writes an object where there is none yet, whole.
   *
   * @returns false when there was one, which is left as it is; a bucket whose server knows no conditional writes overwrites it
   */
  create(key: string, bytes: Uint8Array, contentType?: string): Promise<boolean>;
  /** The object's bytes; nothing where there is no such object. */
  get(key: string): Promise<Buffer | undefined>;
  /** Objects whose keys begin with `prefix`, in the order of their keys; with `after`, only those behind that key. */
  list(prefix?: string, after?: string): AsyncIterable<StoredObject>;
  /** Removes an object; one that is not there is no error. */
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}
