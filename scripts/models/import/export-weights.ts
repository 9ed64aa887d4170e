import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Kind } from '../../../packages/contracts/src/index.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { root } from '../folders.ts';
import { holdAgainst } from './parity.ts';
import type { ImportOptions } from './options.ts';
import { runPython } from './run-python.ts';

/** How the script ends when a package is missing, and when the file is none that can be exported. */
const missingModule = 3;
const unsuited = 4;
const noSandbox = 5;

const maxBytes = 1024 ** 3;

const sandbox = join(root, 'training', 'facet_training', 'sandbox.py');
const script = join(root, 'training', 'facet_training', 'export_weights.py');

/** What the exporting Python sees of the environment: no credentials, and a home that it can write to. */
function environment(folder: string, { PATH, LANG, HOME }: CommandContext['env']): Record<string, string | undefined> {
  return { PATH, LANG, HOME: folder, TMPDIR: folder, ...(HOME !== undefined && { PYTHONUSERBASE: join(HOME, '.local') }) };
}

/** Whether a file is one of PyTorch, by its name. */
export function isWeights(fileName: string): boolean {
  return /\.pth?$/i.test(fileName);
}

/** @throws {CommandError} unless `--trust` was given */
export function requireTrust({ fileName, trust }: Pick<ImportOptions, 'fileName' | 'trust'>): void {
  if (trust) return;
  throw new CommandError(
    `${fileName} is not loaded: files of PyTorch hold code, which runs when they are loaded. Export the model to ONNX where it was made; or, if you trust its author, say --trust: it is then loaded in a sandbox without network that can write to a temporary folder only.`,
  );
}

/**
 * Has Python export PyTorch weights to ONNX, and holds what came of them against PyTorch's own answer.
 *
 * Loading a file of PyTorch runs code that lies in it, so that nothing is loaded unless the file is trusted; then it is loaded in a sandbox
 * without network that can write to a temporary folder alone.
 *
 * @param needed Python packages that export this kind of model
 * @param python the interpreter; the one that has the packages
 * @throws {CommandError} when the file is not trusted or no sandbox can be had, and that says what to install, what Python said last, or how far the two answers lie apart
 */
export async function exportWeights(
  kind: Kind,
  needed: string,
  options: ImportOptions,
  python: string,
  { env, note }: Pick<CommandContext, 'env' | 'note'>,
): Promise<Uint8Array> {
  const { file, fileName, size, sandbox: isConfined } = options;
  requireTrust(options);
  note(
    isConfined
      ? `${fileName} is exported by Python now, in a sandbox without network that can write to a temporary folder only.`
      : `Warning: ${fileName} is exported by Python now without a sandbox: code of the file can do all that you can do.`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'facet-export-'));
  const target = join(folder, 'model.onnx');
  try {
    const command = [script, resolve(file), target, kind, size === undefined ? '' : `${size.width}x${size.height}`, 'trust'];
    const { code, lastError: last } = await runPython(python, isConfined ? [sandbox, folder, ...command] : command, environment(folder, env)).catch(() => {
      throw new CommandError(
        `${fileName} is exported by Python, and there is no '${python}': name one with --python that has ${needed}, or export it yourself.`,
      );
    });
    if (code === missingModule)
      throw new CommandError(`${fileName} is exported by Python: ${last}, which ${python} lacks; install it there, or name another with --python.`);
    if (code === noSandbox)
      throw new CommandError(
        `${fileName} is not loaded: there is no sandbox here (${last}). Import it on Linux 6.2 or newer; --no-sandbox loads it without one, and code of the file can then do all that you can do.`,
      );
    if (code === unsuited) throw new CommandError(`${fileName}: ${last}.`);
    if (code !== 0) throw new CommandError(`${fileName} could not be exported: ${last === '' ? `${python} ended with code ${code}` : last}`);
    const model = await readOwn(target, fileName);
    const [noise, answer] = await Promise.all(['noise', 'answer'].map((name) => readOwn(`${target}.${name}`, fileName).catch(() => undefined)));
    if (noise && answer) note(`${fileName}: ${await holdAgainst(model, toFloats(noise), toFloats(answer), fileName)}`);
    else note(`${fileName}: was exported by its own package in another output format than PyTorch, so the two were not compared.`);
    return model;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the script has written: a file of its own, not a link that it left to another one. */
async function readOwn(path: string, fileName: string): Promise<Buffer> {
  const opened = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
    throw new CommandError(`${fileName} could not be exported: Python left no file (${(error as NodeJS.ErrnoException).code ?? ''})`);
  });
  try {
    const entry = await opened.stat();
    if (!entry.isFile() || entry.nlink !== 1 || entry.size > maxBytes)
      throw new CommandError(`${fileName} could not be exported: Python left no file of at most 1 GiB`);
    return await opened.readFile();
  } finally {
    await opened.close();
  }
}

/** Raw 32-bit numbers, copied to where such numbers may begin. */
function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
