import { openStore, type ObjectStore } from '@facet/object-store';
import type { Log } from '@facet/telemetry';
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { storeSettings } from '../settings/bucket-fields.ts';
import type { InferenceConfig } from '../settings/inference-fields.ts';

/** The bucket of `S3_BUCKET_NAME`; one attempt a call unless said, for who puts here waits and tries again by itself. */
export async function openBucket(config: InferenceConfig, attempts = 1): Promise<ObjectStore> {
  return openStore(`s3://${config.s3Bucket ?? ''}`, { ...storeSettings(config), attempts });
}

/** What a folder answers that never will take a file, such as one on the read-only root of a pod. */
const readOnly = new Set(['EROFS', 'EACCES', 'EPERM']);

async function isReadOnly(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return false;
  } catch (error) {
    return readOnly.has((error as NodeJS.ErrnoException).code ?? '');
  }
}

/**
 * Where samples are kept: the bucket, or else the folder; undefined keeps none.
 *
 * @param log told when the folder can never take any; given once a pod
 * @param attempts of a call to the bucket
 */
export async function openSampleStore(config: InferenceConfig, { log, attempts }: { log?: Log; attempts?: number } = {}): Promise<ObjectStore | undefined> {
  if (config.samplesMaxPerSecond === 0) return undefined;
  if (config.s3Bucket !== undefined) return openBucket(config, attempts);
  if (config.samplesDir === 'none') return undefined;
  if (!(await isReadOnly(config.samplesDir))) return openStore(config.samplesDir);
  log?.warn({ folder: config.samplesDir }, 'the sample folder is read-only; sampling is disabled');
  return undefined;
}
