import { resolve } from 'node:path';
import { kindNames, readTaskFile, type Kind } from '../../packages/contracts/src/index.ts';
import type { Manifest } from '../../packages/inference/src/index.ts';
import type { KindTools } from './kind-tools.ts';

/** Loads the tools of a kind, and nothing of the others. */
export async function toolsOf(kind: Kind): Promise<KindTools> {
  const { tools } = (await import(`./${kind}.ts`)) as { readonly tools: KindTools };
  return tools;
}

/**
 * The kind of a model: what `task.json` of its task declares, or, where there is none, the first kind that prepares its input thus.
 *
 * @param path of the model's folder, `<models>/<task>/<version>`
 * @throws {Error} for a `task.json` that is invalid
 * @throws {TypeError} when no kind prepares its input thus
 */
export async function kindOfModel(path: string, { task, preprocessing }: Pick<Manifest, 'task' | 'preprocessing'>): Promise<Kind> {
  const declared = await readTaskFile(resolve(path, '..', '..'), task);
  if (declared) return declared.kind;
  for (const kind of kindNames) if ((await toolsOf(kind)).preprocessing === preprocessing.kind) return kind;
  throw new TypeError(`no kind prepares its input as ${preprocessing.kind}`);
}
