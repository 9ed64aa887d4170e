import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { manifestSchema, type Manifest } from './manifest.ts';

/** One model as it lies on disk, verified. */
export interface ModelFiles {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  /** `<task>/<version>@sha256:<hex>`, as answers name it in `x-model`. */
  readonly reference: string;
}

async function readText(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`${what} is missing: ${path}`, { cause });
  }
}

/** Finds the folder of a model, and the file that holds it. */
async function locate(path: string): Promise<{ directory: string; modelPath: string; manifest: Manifest }> {
  const isFile = await stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
  const directory = resolve(isFile ? dirname(path) : path);
  const manifestPath = join(directory, 'manifest.json');
  const text = (await readText(manifestPath, 'the manifest')).toString('utf8');

  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`the manifest is not JSON: ${manifestPath}`, { cause });
  }
  const result = manifestSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the manifest ${manifestPath} is invalid: ${faults.join('; ')}`);
  }
  return { directory, modelPath: isFile ? resolve(path) : join(directory, result.data.file), manifest: result.data };
}

/**
 * Reads the manifest of a model.
 *
 * @param path the folder, or the `.onnx` file in it
 * @throws {Error} one sentence that says what is missing or invalid
 */
export async function readManifest(path: string): Promise<Manifest> {
  return (await locate(path)).manifest;
}

/**
 * Reads a model folder and verifies it against its manifest.
 *
 * @param path the folder, or the `.onnx` file in it
 * @throws {Error} one sentence that says which file is missing, unreadable or not what the manifest promises
 */
export async function readModel(path: string): Promise<ModelFiles> {
  const { directory, modelPath, manifest } = await locate(path);
  const bytes = await readText(modelPath, 'the model file');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new Error(`${modelPath} is not the model that its manifest describes: sha256 ${sha256}, expected ${manifest.sha256}`);
  }
  return { directory, manifest, bytes, reference: `${manifest.task}/${manifest.version}@sha256:${sha256}` };
}
