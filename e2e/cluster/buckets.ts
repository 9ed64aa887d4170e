import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { read, until } from './commands.ts';

const digits = join(import.meta.dirname, '..', '..', 'models', 'digit', 'v1');
const credentials = { accessKeyId: 'e2e-access', secretAccessKey: 'e2e-secret-key' };
const region = 'us-west-2';

/**
 * A model like another one that has another hash: a comment is added to its ONNX file (field 6 of ModelProto).
 *
 * @param folder becomes the folder of the model
 * @param options.source the other one; by default the first of the shipped digits
 * @param options.version of which its manifest says it is
 * @returns its sha256
 */
export async function makeModel(
  folder: string,
  comment: string,
  { source = digits, version }: { readonly source?: string; readonly version?: string } = {},
): Promise<string> {
  await cp(source, folder, { recursive: true });
  const text = Buffer.from(comment);
  const model = Buffer.concat([await readFile(join(folder, 'model.onnx')), Buffer.from([0x32, text.length]), text]);
  const sha256 = createHash('sha256').update(model).digest('hex');
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(folder, 'model.onnx'), model);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...(version !== undefined && { version }), sha256 }));
  return sha256;
}

/** A real S3 server on this machine that the nodes reach. */
export interface Buckets {
  /**
   * Chart values with which a service gets its models from a bucket.
   *
   * @param prefix of the values, such as `tasks.signs.`
   */
  valuesOf(bucket: string, prefix?: string): string[];
  stop(): void;
}

/** Serves a folder of buckets; the nodes must be this machine's. */
export async function startBuckets(folder: string, port: number): Promise<Buckets> {
  const { items } = await read<{ items: { status: { addresses: { type: string; address: string }[] } }[] }>('nodes');
  const address = items[0]!.status.addresses.find(({ type }) => type === 'InternalIP')!.address;
  const endpoint = `http://${address}:${port}`;
  const keys = ['--access', credentials.accessKeyId, '--secret', credentials.secretAccessKey];
  const server = spawn('versitygw', [...keys, '--region', region, '--port', `${address}:${port}`, 'posix', folder], { stdio: 'ignore' });
  await until('the S3 server answers', async () => (await fetch(endpoint)).status > 0, 20);
  return {
    valuesOf: (bucket, prefix = '') =>
      [
        'model.source=s3',
        `model.s3.url=s3://${bucket}/models`,
        `model.s3.endpoint=${endpoint}`,
        `model.s3.region=${region}`,
        `awsCredentials.accessKeyId=${credentials.accessKeyId}`,
        `awsCredentials.secretAccessKey=${credentials.secretAccessKey}`,
      ].map((value) => prefix + value),
    stop: () => void server.kill(),
  };
}
