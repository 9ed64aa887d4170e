import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, type Manifest } from '../../../packages/inference/src/index.ts';
import { kindOfModel, toolsOf } from '../../kinds/tools-of.ts';
import { onlyModel, serveModels } from '../serve-models.ts';

/** The manifest of the model that is served, where its files lie in this folder; nothing behind an address. */
export async function readOwnManifest(folder: string, sha256: string): Promise<Manifest | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  return manifest?.sha256 === sha256 ? manifest : undefined;
}

/** A network that is not shipped, and what a manifest must say of it otherwise than of the one that is. */
interface Relative {
  /** Its ONNX file. */
  readonly file: string;
  readonly changes: Partial<Manifest>;
}

/**
 * Serves a relative of a model in a service of its own, in the model's place, while it is asked.
 *
 * @param folder of the model, whose golden input it must be able to answer somehow
 * @param ask gets the service's address
 * @throws {Error} when the service refuses it
 */
export async function withRelative<T>(folder: string, manifest: Manifest, { file, changes }: Relative, ask: (base: string) => Promise<T>): Promise<T> {
  const { task, version } = manifest;
  const place = await mkdtemp(join(tmpdir(), 'facet-relative-'));
  try {
    const bytes = await readFile(file);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const kind = await kindOfModel(folder, manifest);
    const { golden } = await toolsOf(kind);
    await mkdir(join(place, 'golden'));
    await Promise.all([
      writeFile(join(place, 'model.onnx'), bytes),
      writeFile(join(place, 'manifest.json'), JSON.stringify({ ...manifest, ...changes, file: 'model.onnx', bytes: bytes.length, sha256 })),
      copyFile(join(folder, 'golden', golden.file), join(place, 'golden', golden.file)),
      writeFile(join(place, 'golden', 'output.json'), JSON.stringify(golden.anything)),
    ]);
    const service = await serveModels(kind, task, onlyModel(version, place));
    try {
      const failure = service.failures.get(version);
      if (failure !== undefined) throw new Error(`${file} cannot be served: ${failure}`);
      return await ask(service.url);
    } finally {
      await service.stop();
    }
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
