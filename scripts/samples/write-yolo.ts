import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { sampleSchemas, detectionContract, type BoxesTruth } from '../../packages/contracts/src/index.ts';
import { takeEach, type Writer } from './writer.ts';

/** Of every so many pictures one is kept for validation. */
const validatedEvery = 5;
const limitInputPixels = 40_000_000;

/** Pictures in YOLO's layout, upright, with boxes as shares of the picture; those that are only known to be wrong are passed over. */
export const writePictures: Writer = async (samples, folder, note) => {
  const names: string[] = [];
  const truthSchema = sampleSchemas(detectionContract).sample.shape.truth;
  let taken = 0;
  for (const part of ['train', 'val']) for (const kind of ['images', 'labels']) await mkdir(join(folder, kind, part), { recursive: true });
  const counts = await takeEach(samples, note, async ({ id, record, picture }) => {
    const truth = truthSchema.parse(record.truth) as BoxesTruth;
    if (!('boxes' in truth)) throw new TypeError('its boxes are wrong, and nobody has drawn the right ones');
    if (!picture) throw new TypeError('expected a picture');
    const { data, info } = await sharp(picture, { limitInputPixels }).autoOrient().jpeg({ quality: 95 }).toBuffer({ resolveWithObject: true });
    const lines = truth.boxes.map(({ class_name, bbox: [x1, y1, x2, y2] }) => {
      if (!names.includes(class_name)) names.push(class_name);
      const shares = [(x1 + x2) / 2 / info.width, (y1 + y2) / 2 / info.height, (x2 - x1) / info.width, (y2 - y1) / info.height];
      return [names.indexOf(class_name), ...shares.map((share) => share.toFixed(6))].join(' ');
    });
    const part = taken % validatedEvery === validatedEvery - 1 ? 'val' : 'train';
    taken += 1;
    const name = id.replaceAll(':', '_');
    await writeFile(join(folder, 'images', part, `${name}.jpg`), data);
    await writeFile(join(folder, 'labels', part, `${name}.txt`), lines.map((line) => `${line}\n`).join(''));
  });
  const yaml = `train: images/train\nval: images/val\nnc: ${names.length}\nnames: ${JSON.stringify(names)}\n`;
  await writeFile(join(folder, 'data.yaml'), yaml);
  return counts;
};
