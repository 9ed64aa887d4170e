import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError, type CommandContext } from '../command.ts';
import { root } from '../folders.ts';
import { holdAgainst } from './parity.ts';
import type { ImportOptions } from './options.ts';
import { runPython } from './run-python.ts';

/** How the script ends when a package is missing, and when the file is none that can be exported. */
const missingModule = 3;
const unsuited = 4;

const script = join(root, 'training', 'facet_training', 'export_weights.py');

/**
 * Has Python export PyTorch weights to ONNX, and holds what came of them against PyTorch's own answer.
 *
 * @param python the interpreter; the one that has the packages
 * @throws {CommandError} that says what to install, what Python said last, or how far the two answers lie apart
 */
export async function exportWeights({ file, fileName, task, size }: ImportOptions, python: string, note: CommandContext['note']): Promise<Uint8Array> {
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
    const model = await readFile(target);
    const [noise, answer] = await Promise.all(['noise', 'answer'].map((name) => readFile(`${target}.${name}`).catch(() => undefined)));
    if (noise && answer) note(`${fileName}: ${await holdAgainst(model, toFloats(noise), toFloats(answer), fileName)}`);
    else note(`${fileName}: was exported by its own package in another form than PyTorch answers in, so the two were not held against each other.`);
    return model;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Raw 32-bit numbers, copied to where such numbers may begin. */
function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
