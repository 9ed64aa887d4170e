import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from '../command.ts';
import type { ImportOptions } from './options.ts';

const missingModule = 3;

/** Ultralytics reads its own checkpoints; what it does not know may be TorchScript, which brings its architecture along. */
const script = `
import importlib.util, shutil, sys
source, target, task, size = sys.argv[1:5]
has = lambda name: importlib.util.find_spec(name) is not None
if task == "detection" and has("ultralytics"):
    from ultralytics import YOLO
    options = {"imgsz": int(size)} if size else {}
    shutil.move(str(YOLO(source).export(format="onnx", **options)), target)
elif has("torch"):
    import torch
    shape = {"detection": (1, 3, int(size or 640), int(size or 640)), "digit": (1, 1, 28, 28), "gesture": (1, 42)}[task]
    torch.onnx.export(torch.jit.load(source, map_location="cpu").eval(), torch.zeros(shape), target, opset_version=17)
else:
    sys.exit(${missingModule})
`;

function run(python: string, args: readonly string[]): Promise<{ code: number | null; errors: string }> {
  return new Promise((settle, reject) => {
    const child = spawn(python, ['-c', script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors = (errors + chunk).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => settle({ code, errors }));
  });
}

/**
 * Has Python export PyTorch weights to ONNX.
 *
 * @param python the interpreter; the one that has the packages
 * @throws {CommandError} that says what to install, or what Python said last
 */
export async function exportWeights({ file, fileName, task, size }: ImportOptions, python: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'facet-export-'));
  const target = join(folder, 'model.onnx');
  const instead = task === 'detection' ? ", or export it yourself: 'yolo export model=best.pt format=onnx'" : ', or export it yourself with torch.onnx.export';
  const needed = task === 'detection' ? 'ultralytics' : 'torch';
  try {
    const { code, errors } = await run(python, [resolve(file), target, task, size === undefined ? '' : String(size)]).catch(() => {
      throw new CommandError(`${fileName} is exported by Python, and there is no '${python}': install Python with ${needed}, name it with --python${instead}.`);
    });
    if (code === missingModule)
      throw new CommandError(
        `${fileName} is exported by Python, and ${python} has no ${needed}: 'pip install ${needed}' brings it, --python names another${instead}.`,
      );
    if (code !== 0) throw new CommandError(`${fileName} could not be exported: ${errors.trim().split('\n').at(-1) ?? `${python} ended with code ${code}`}`);
    return await readFile(target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
