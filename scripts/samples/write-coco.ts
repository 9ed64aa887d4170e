import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxedPicture, guessOf, labelledPicture, type BoxedPicture } from './boxed-picture.ts';
import { takeEach, type TakenSample, type Writer } from './writer.ts';

/** Ten thousandths of a pixel: what differs by less is the sum of rounded numbers. */
const rounded = (value: number): number => Number(value.toFixed(4));

/** Labelled pictures in COCO's layout: `images/`, upright, and `instances.json`. */
export const writeCoco: Writer = cocoWriter(labelledPicture);

/** As {@link writeCoco}, with the boxes of the model's guess, to be corrected. */
export const writeGuesses: Writer = cocoWriter((sample) => {
  const boxes = guessOf(sample.record);
  if (!boxes) throw new TypeError('the stored prediction is corrupt');
  return boxedPicture(sample, boxes);
});

function cocoWriter(read: (sample: TakenSample) => Promise<BoxedPicture>): Writer {
  return async (samples, { task, folder, labels, note }) => {
    const exportedAt = new Date().toISOString();
    const images: object[] = [];
    const annotations: object[] = [];
    const categories = new Map(labels.map((name, index) => [name, index + 1]));
    await mkdir(join(folder, 'images'), { recursive: true });
    const counts = await takeEach(samples, note, async (sample) => {
      const { fileName, jpeg, width, height, boxes } = await read(sample);
      await writeFile(join(folder, 'images', fileName), jpeg);
      images.push({ id: images.length + 1, file_name: fileName, width, height });
      for (const { class_name: name, bbox } of boxes) {
        if (!categories.has(name)) categories.set(name, categories.size + 1);
        const [x1, y1, x2, y2] = bbox;
        const [wide, high] = [rounded(x2 - x1), rounded(y2 - y1)];
        annotations.push({
          id: annotations.length + 1,
          image_id: images.length,
          category_id: categories.get(name),
          bbox: [x1, y1, wide, high],
          area: rounded(wide * high),
          iscrowd: 0,
        });
      }
    });
    const info = { description: `Samples of ${task}`, date_created: exportedAt };
    const instances = { info, images, annotations, categories: [...categories].map(([name, id]) => ({ id, name })) };
    await writeFile(join(folder, 'instances.json'), `${JSON.stringify(instances)}\n`);
    return counts;
  };
}
