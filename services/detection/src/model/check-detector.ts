import type { Manifest } from '@facet/inference';
import { headOf } from './heads/head-of.ts';
import { hasShape } from './heads/head.ts';

function list(shape: readonly number[]): string {
  return `[${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`;
}

/** Says in a sentence why a manifest's model cannot be served as a detector, or nothing when it can. */
export function checkDetector({
  preprocessing,
  head,
  inputs,
  outputs,
  labels,
}: Pick<Manifest, 'preprocessing' | 'head' | 'inputs' | 'outputs' | 'labels'>): string | undefined {
  if (preprocessing.kind !== 'letterbox') return `it takes ${preprocessing.kind}, expected a letterboxed image`;
  if (!head || head.layout === 'classes') return "its manifest has no 'head' of a detector, expected one that says how the outputs are laid out";
  const { size } = preprocessing;
  const input = inputs[0]!;
  if (!hasShape(input.shape, 3, size, size)) return `its input '${input.name}' is ${list(input.shape)}, expected [batch, 3, ${size}, ${size}]`;
  const reader = headOf(head, size);
  const shapes = outputs.map(({ shape }) => shape);
  if (reader.fits(shapes, labels.length)) return undefined;
  const found = outputs.map(({ name, shape }) => `'${name}' ${list(shape)}`).join(', ');
  return `with ${labels.length} labels a head of layout '${head.layout}' has ${reader.expected(labels.length)}, but the model has ${found}`;
}
