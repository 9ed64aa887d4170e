import { missingData, sharedData } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeDetector, type BoxedPictures } from './boxes.ts';
import type { TruthBox } from './average-precision.ts';
import type { Evaluator } from './evaluator.ts';

const instancesFile = 'detection/instances.json';
/** Below `shared/data`. */
export const photographs = 'detection/images';

/** COCO's annotation format, as far as it is used. */
interface Instances {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
    readonly area: number;
    readonly iscrowd: 0 | 1;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

function readInstances(): Instances {
  return JSON.parse(readFileSync(sharedData(instancesFile)!, 'utf8')) as Instances;
}

function readPhotographs(): BoxedPictures {
  const { images, annotations, categories } = readInstances();
  return {
    pictures: images.map(({ id, file_name }) => ({ id, path: join(sharedData(photographs)!, file_name) })),
    categories: new Map(categories.map(({ id, name }) => [name, id])),
    truth: annotations.map(({ image_id, category_id, bbox: [x, y, width, height], area, iscrowd }): TruthBox => ({
      image: image_id,
      category: category_id,
      bbox: [x, y, x + width, y + height],
      area,
      crowd: iscrowd === 1,
    })),
  };
}

/** COCO photographs, uploaded as they are. */
export const objects: Evaluator = {
  headline: 'mAP',
  isAskedInFull: true,
  dataset: 'COCO val2017, freely licensed part',
  missing: () => missingData(instancesFile),

  unsuited(labels) {
    const known = new Set(labels);
    const { categories } = readInstances();
    return categories.some(({ name }) => known.has(name)) ? undefined : "none of its labels is one of COCO's";
  },

  measure: ({ url }) => judgeDetector(url, readPhotographs()),
};
