import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from '../command.ts';
import { root } from '../folders.ts';
import type { ImportOptions } from './options.ts';
import { runPython } from './run-python.ts';

/** How the script ends when a package is missing, and when the file is none that can be exported. */
const missingModule = 3;
const unsuited = 4;

const script = join(root, 'training', 'facet_training', 'export_weights.py');

/**
 * Has Python export PyTorch weights to ONNX.
 *
 * @param python the interpreter; the one that has the packages
 * @throws {CommandError} that says what to install, or what Python said last
 */
export async function exportWeights({ file, fileName, task, size }: ImportOptions, python: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'facet-export-'));
  const target = join(folder, 'model.onnx');
  const needed = task === 'detection' ? 'torch, and libreyolo or ultralytics where its checkpoint is one of theirs' : 'torch';
  try {
    const { code, lastError: last } = await runPython(python, [script, resolve(file), target, task, size === undefined ? '' : String(size)]).catch(() => {
      throw new CommandError(
        `${fileName} is exported by Python, and there is no '${python}': name one with --python that has ${needed}, or export it yourself.`,
      );
    });
    if (code === missingModule)
      throw new CommandError(`${fileName} is exported by Python: ${last}, which ${python} lacks; install it there, or name another with --python.`);
    if (code === unsuited) throw new CommandError(`${fileName}: ${last}.`);
    if (code !== 0) throw new CommandError(`${fileName} could not be exported: ${last === '' ? `${python} ended with code ${code}` : last}`);
    return await readFile(target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
