import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, type CommandContext } from '../command.ts';
import { root } from '../folders.ts';
import type { ImportOptions } from './options.ts';
import { runPython } from './run-python.ts';

const script = join(root, 'training', 'facet_training', 'compress.py');
/** Beyond this share of an output's range, a smaller form is another model. */
const most = 0.25;

/**
 * Has ONNX Runtime simplify a model, or store its weights as int8, where that was asked for.
 *
 * @throws {CommandError} that says what Python lacks, or how far the result strays from the original
 */
export async function compressModel(model: Uint8Array, options: ImportOptions, { env, note }: CommandContext): Promise<Uint8Array> {
  const { optimize, quantize, fileName } = options;
  if (!optimize && !quantize) return model;
  const python = options.python ?? env['PYTHON'] ?? 'python3';
  const folder = await mkdtemp(join(tmpdir(), 'facet-compress-'));
  try {
    const [source, target] = [join(folder, 'source.onnx'), join(folder, 'target.onnx')];
    await writeFile(source, model);
    const wishes = [...(optimize ? ['--optimize'] : []), ...(quantize ? ['--quantize'] : [])];
    const { code, output, lastError } = await runPython(python, [script, source, target, ...wishes]).catch(() => {
      throw new CommandError(`${wishes.join(' and ')} need Python, and there is no '${python}': name one with --python that has onnxruntime and onnx.`);
    });
    if (code !== 0) throw new CommandError(`${fileName}: ${wishes.join(' and ')} failed in ${python}: ${lastError}`);
    const { difference, bytes } = JSON.parse(output.trim().split('\n').at(-1)!) as { difference: number; bytes: number };
    const change = `${(100 * difference).toFixed(2)} % of their range`;
    if (difference > most)
      throw new CommandError(`${fileName}: after ${wishes.join(' and ')} its outputs lie up to ${change} from the original's; import it as it is.`);
    note(`${fileName}: ${model.length.toLocaleString('en')} bytes became ${bytes.toLocaleString('en')}; on noise its outputs moved by at most ${change}.`);
    return await readFile(target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
