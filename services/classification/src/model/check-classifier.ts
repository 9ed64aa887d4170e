import type { Manifest } from '@facet/inference';
import { channelsOf } from '@facet/imaging';

function list(shape: readonly number[]): string {
  return `[${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`;
}

/** Says in a sentence why a manifest's model cannot be served as a classifier of pictures, or nothing when it can. */
export function checkClassifier({
  preprocessing,
  head,
  inputs,
  outputs,
  labels,
  rejection,
}: Pick<Manifest, 'preprocessing' | 'head' | 'inputs' | 'outputs' | 'labels' | 'rejection'>): string | undefined {
  if (preprocessing.kind !== 'picture') return `it takes ${preprocessing.kind}, expected an image`;
  if (head?.layout !== 'classes') return "its manifest has no 'head' of layout 'classes', expected one that says whether its scores are logits";
  const { width, height, colour, layout } = preprocessing;
  const channels = channelsOf(colour);
  const expected = layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const [input] = inputs as [Manifest['inputs'][number]];
  if (input.datatype !== 'FP32' || input.shape.length !== 4 || expected.some((size, axis) => input.shape[axis + 1] !== size))
    return `its input '${input.name}' is ${list(input.shape)} of ${input.datatype}, expected [batch, ${expected.join(', ')}] of FP32`;
  const [output] = outputs as [Manifest['outputs'][number]];
  const values = output.shape.slice(1).reduce((product, size) => product * size, 1);
  if (output.datatype !== 'FP32' || output.shape.length < 2 || values !== labels.length)
    return `its first output '${output.name}' is ${list(output.shape)} of ${output.datatype}, expected a value of FP32 for each of its ${labels.length} labels`;
  if (rejection && rejection.score !== 'max-probability') return `its rejection goes by ${rejection.score}, expected max-probability`;
  return undefined;
}
