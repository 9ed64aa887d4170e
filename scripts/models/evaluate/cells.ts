import { missingData, sharedData } from '@facet/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import type { TruthBox } from './average-precision.ts';
import { judgeDetector, type BoxedPictures } from './boxes.ts';
import type { Evaluator } from './evaluator.ts';

const folder = 'bccd';
/** As the data set's own `data.yaml` numbers them. */
const classes = ['RBC', 'WBC', 'Platelets'];

/** The held-back part of a data set in YOLO's layout: a text file a picture, a line `class cx cy w h` a box, in shares of the picture. */
async function readCells(): Promise<BoxedPictures> {
  const images = join(sharedData(folder)!, 'images', 'val');
  const pictures = readdirSync(images)
    .toSorted()
    .map((name, id) => ({ id, path: join(images, name) }));
  const truth = await Promise.all(
    pictures.map(async ({ id, path }): Promise<TruthBox[]> => {
      const { width, height } = await sharp(readFileSync(path)).metadata();
      const text = readFileSync(join(sharedData(folder)!, 'labels', 'val', `${basename(path, extname(path))}.txt`), 'utf8');
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const [category, cx, cy, w, h] = line.trim().split(/\s+/).map(Number) as [number, number, number, number, number];
          return {
            image: id,
            category,
            bbox: [(cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height],
            crowd: false,
          };
        });
    }),
  );
  return { pictures, truth: truth.flat(), categories: new Map(classes.map((name, category) => [name, category])) };
}

/** Pictures of blood through a microscope, which the worked example of an own detector is measured on. */
export const cells: Evaluator = {
  headline: 'mAP at IoU 0.50',
  isAskedInFull: true,
  dataset: 'BCCD, held-back part',
  missing: () => missingData(folder),
  unsuited: (labels) => (classes.some((name) => labels.includes(name)) ? undefined : 'it does not know blood cells'),
  measure: async ({ url }) => judgeDetector(url, await readCells()),
};
