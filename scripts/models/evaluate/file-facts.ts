import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../../packages/inference/src/index.ts';
import { readOnnx } from '../import/onnx-file.ts';
import type { ServedInfo } from './evaluator.ts';
import type { Outcome } from './outcome.ts';

/** A number that is counted in a file: it holds, or it does not. */
export function judgeCount(metric: string, claim: number, found: number, holds = claim === found): Outcome {
  const verdict = holds ? 'ok' : `FAIL: claims ${claim}, found ${found}`;
  return { metric, claim: String(claim), found: String(found), samples: 'the file', verdict, failed: !holds };
}

/** Counts size, parameters and layers of the served model in its file; of the last two it may hold more, since it keeps constants too. */
export async function judgeFile(folder: string, manifest: Manifest, model: ServedInfo): Promise<Outcome[]> {
  const bytes = await readFile(join(folder, manifest.file));
  const { parameters, layers } = readOnnx(bytes, manifest.file);
  return [
    judgeCount('bytes', model.bytes, bytes.length),
    judgeCount('parameters', model.total_parameters, parameters, model.total_parameters <= parameters),
    judgeCount('layers', model.layers, layers, model.layers <= layers),
  ];
}
