import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labelledPicture } from './boxed-picture.ts';
import { takeEach, type Writer } from './writer.ts';

/** One picture of this number is kept for validation. */
const validatedEvery = 5;

/** Pictures in YOLO's layout, upright, with boxes as shares of the picture; those that are only known to be wrong are passed over. */
export const writeYolo: Writer = async (samples, { folder, note }) => {
  const names: string[] = [];
  let taken = 0;
  for (const part of ['train', 'val']) for (const kind of ['images', 'labels']) await mkdir(join(folder, kind, part), { recursive: true });
  const counts = await takeEach(samples, note, async (sample) => {
    const { fileName, jpeg, width, height, boxes } = await labelledPicture(sample);
    const lines = boxes.map(({ class_name, bbox: [x1, y1, x2, y2] }) => {
      if (!names.includes(class_name)) names.push(class_name);
      const shares = [(x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height];
      return [names.indexOf(class_name), ...shares.map((share) => share.toFixed(6))].join(' ');
    });
    const part = taken % validatedEvery === validatedEvery - 1 ? 'val' : 'train';
    taken += 1;
    await writeFile(join(folder, 'images', part, fileName), jpeg);
    await writeFile(join(folder, 'labels', part, fileName.replace(/jpg$/, 'txt')), lines.map((line) => `${line}\n`).join(''));
  });
  const yaml = `train: images/train\nval: images/val\nnc: ${names.length}\nnames: ${JSON.stringify(names)}\n`;
  await writeFile(join(folder, 'data.yaml'), yaml);
  return counts;
};
