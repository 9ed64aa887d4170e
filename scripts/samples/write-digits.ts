import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInk } from '../../services/digit/src/model/preprocess.ts';
import { takeEach, type Writer } from './writer.ts';

const size = 28;
const box = 20;
const maxPixels = 40_000_000;

/** An idx file of unsigned bytes, as MNIST has them: type, rank, sizes, values. */
function idx(sizes: readonly number[], values: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = 8;
  head[3] = sizes.length;
  for (const [index, length] of sizes.entries()) head.writeUInt32BE(length, 4 + 4 * index);
  return Buffer.concat([head, values]);
}

/** Digits framed by the service's own code, for what is learned must be what will be seen. */
export const writeDigits: Writer = async (samples, { folder, note }) => {
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  const counts = await takeEach(samples, note, async ({ record, picture }) => {
    const label = (record.truth as { label?: unknown } | undefined)?.label;
    if (typeof label !== 'string' || !/^\d$/.test(label) || !picture) throw new TypeError('expected an image and a digit');
    const { ink } = await readInk(picture, { maxPixels }, { size, box });
    images.push(Uint8Array.from(ink, (value) => Math.round(value * 255)));
    labels.push(Number(label));
  });
  await writeFile(join(folder, 'images-idx3-ubyte'), idx([images.length, size, size], Buffer.concat(images)));
  await writeFile(join(folder, 'labels-idx1-ubyte'), idx([labels.length], Uint8Array.from(labels)));
  return counts;
};
