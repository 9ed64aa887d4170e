import { kindNames, type Kind } from '../../packages/contracts/src/index.ts';
import type { Manifest } from '../../packages/inference/src/index.ts';
import type { KindTools } from './kind-tools.ts';

/** Loads the tools of a kind, and nothing of the others. */
export async function toolsOf(kind: Kind): Promise<KindTools> {
  const { tools } = (await import(`./${kind}.ts`)) as { readonly tools: KindTools };
  return tools;
}

/**
 * The kind that a model was made for, by how its input is prepared.
 *
 * @throws {TypeError} when no kind prepares its input thus
 */
export async function kindOfModel({ preprocessing }: Pick<Manifest, 'preprocessing'>): Promise<Kind> {
  for (const kind of kindNames) if ((await toolsOf(kind)).preprocessing === preprocessing.kind) return kind;
  throw new TypeError(`no kind prepares its input as ${preprocessing.kind}`);
}
