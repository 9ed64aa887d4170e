import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** Where a bucket is and how it is reached. What is left out the AWS SDK finds: environment, profile, web identity, container, instance. */
export interface S3Settings {
  readonly bucket: string;
  /** Prefix of all keys, without a slash at its end. */
  readonly prefix?: string | undefined;
  /** Server that speaks S3, when it is not AWS; it is asked with the bucket in the path. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } | undefined;
  /** Longest wait for one attempt. */
  readonly timeoutMs?: number | undefined;
  /** Attempts of one call, the first included. */
  readonly attempts?: number | undefined;
}

/** An object that is being read. Destroy the body to stop. */
export interface ObjectStream {
  readonly bytes: number | undefined;
  readonly body: Readable;
}

/** A store in a bucket of S3 or of a server that speaks it. */
export class S3Store implements ObjectStore {
  readonly location: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ bucket, prefix = '', endpoint, region, credentials, timeoutMs = 10_000, attempts = 3 }: S3Settings) {
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.location = `s3://${bucket}${prefix && `/${prefix}`}`;
    this.#client = new S3Client({
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      ...(credentials && { credentials }),
      region: region ?? regionOfSdk(),
      maxAttempts: attempts,
      // Other servers do not all know the checksums that AWS's client adds of its own accord.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs, throwOnRequestTimeout: true },
    });
  }

  async put(key: string, bytes: Uint8Array, contentType = 'application/octet-stream'): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key, Body: bytes, ContentType: contentType }));
  }

  async create(key: string, bytes: Uint8Array, contentType = 'application/octet-stream'): Promise<boolean> {
    const writer = randomUUID();
    const object = { Bucket: this.#bucket, Key: this.#prefix + key, Body: bytes, ContentType: contentType, Metadata: { writer } };
    try {
      await this.#client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409) throw error;
      // The object may be our own: an answer got lost, and the client's next attempt met what the first had written.
      const found = await this.#writerOf(key);
      // 409: writes met and none of them need have won.
      if (found === undefined && status === 409) throw error;
      return found === writer;
    }
  }

  async get(key: string): Promise<Buffer | undefined> {
    try {
      const { Body: body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
      return body && Buffer.from(await body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** The object's bytes as they come, and their number; nothing where there is no such object. */
  async stream(key: string): Promise<ObjectStream | undefined> {
    try {
      const { Body: body, ContentLength: bytes } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
      return body && { bytes, body: body as Readable };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async *list(prefix = '', after?: string): AsyncIterable<StoredObject> {
    for await (const page of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: this.#prefix + prefix, ...(after !== undefined && { StartAfter: this.#prefix + after }) },
    )) {
      for (const { Key: key, Size: bytes = 0, LastModified: modifiedAt = new Date(0) } of page.Contents ?? []) {
        if (key !== undefined) yield { key: key.slice(this.#prefix.length), bytes, modifiedAt };
      }
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
    } catch (error) {
      // AWS says nothing of an object that is not there; other servers do when two remove it at once.
      if (!(error instanceof NoSuchKey)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Who created an object: undefined when there is none, empty when it was not created but put. */
  async #writerOf(key: string): Promise<string | undefined> {
    try {
      const { Metadata: metadata } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
      return metadata?.['writer'] ?? '';
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }
}

/** The region by the SDK's own rules; servers other than AWS mostly take any. */
function regionOfSdk(): () => Promise<string> {
  const { region } = new S3Client().config;
  return async () => region().catch(() => 'us-east-1');
}
