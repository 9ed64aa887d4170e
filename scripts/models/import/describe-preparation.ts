import type { Manifest, PicturePreprocessing } from '../../../packages/inference/src/index.ts';

/** How pictures become a classifier's input, in a few words. */
export function describePreparation({ width, height, resize, interpolation, colour, layout, range, mean, std }: PicturePreprocessing): string {
  const size = `${width}x${height}`;
  const fit = {
    crop: () => `shorter side to ${resize.method === 'crop' ? resize.shorterSide : 0}, middle ${size}`,
    stretch: () => `stretched to ${size}`,
    letterbox: () => `fitted into ${size} with padding`,
  }[resize.method]();
  const isPlain = mean.every((value) => value === 0) && std.every((value) => value === 1);
  const shift = isPlain ? 'no mean or std' : `mean ${mean.join(',')}, std ${std.join(',')}`;
  return `${fit}, ${interpolation}, ${colour}, ${range.join(' to ')}, ${shift}, ${layout}`;
}

/** How a model's outputs are laid out, in a few words. */
export function describeHead(head: NonNullable<Manifest['head']>): string {
  if (head.layout !== 'classes') return `${head.layout} head`;
  return `${head.scores === 'logits' ? 'logits' : 'probabilities'}${head.multiLabel ? ', several labels an image' : ''}`;
}
