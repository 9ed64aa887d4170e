import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readManifest } from '../../../packages/inference/src/index.ts';
import { root } from '../folders.ts';
import { readOnnx } from '../import/onnx-file.ts';
import type { ServedInfo } from './evaluator.ts';

const variantsFolder = join(root, 'training', '.cache', 'variants');

/** What the file itself says, beside what its manifest claims. */
export interface FileFact {
  readonly metric: string;
  readonly claim: number;
  readonly found: number;
  /** A size must be what is claimed; parameters and layers no more than the file holds, which keeps constants too. */
  readonly holds: boolean;
}

/**
 * Counts size, parameters and layers of the served model in its file.
 *
 * @returns nothing where the file that is served does not lie in this folder, as behind an address
 */
export async function readFileFacts(folder: string, model: ServedInfo): Promise<FileFact[] | undefined> {
  const manifest = await readManifest(folder).catch(() => undefined);
  if (manifest?.sha256 !== model.sha256) return undefined;
  const bytes = await readFile(join(folder, manifest.file));
  const { parameters, layers } = readOnnx(bytes, manifest.file);
  const forms = await Promise.all((manifest.variants?.forms ?? []).slice(1).map((form) => sizeOfForm(folder, form)));
  return [
    { metric: 'bytes', claim: model.bytes, found: bytes.length, holds: model.bytes === bytes.length },
    { metric: 'parameters', claim: model.total_parameters, found: parameters, holds: model.total_parameters <= parameters },
    { metric: 'layers', claim: model.layers, found: layers, holds: model.layers <= layers },
    ...forms.flat(),
  ];
}

/** The size of another form, where `training/run variants` left its file. */
async function sizeOfForm(folder: string, { form, bytes }: { readonly form: string; readonly bytes: number }): Promise<FileFact[]> {
  const file = join(variantsFolder, relative(root, folder), `${form.replaceAll(' ', '-')}.onnx`);
  const found = await stat(file).catch(() => undefined);
  return found ? [{ metric: `bytes as ${form}`, claim: bytes, found: found.size, holds: found.size === bytes }] : [];
}
