import { inParallel, sharedData } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { averagePrecision, type Corners, type FoundBox, type TruthBox } from './average-precision.ts';
import { ask, lanes, type Evaluator } from './evaluator.ts';

const folder = 'detection';

/** COCO's annotation format, as far as it is used. */
interface Instances {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
    readonly iscrowd: 0 | 1;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

interface Answer {
  readonly detections: readonly { readonly class_name: string; readonly confidence: number; readonly bbox: Corners }[];
}

/** COCO's evaluation wants the whole curve of precision over recall, and every class of a box. */
const options = { conf_threshold: '0.001', iou_threshold: '0.5', max_detections: '100', multi_label: 'true' };

function readInstances(): Instances {
  return JSON.parse(readFileSync(join(sharedData(folder)!, 'instances.json'), 'utf8')) as Instances;
}

/** COCO photographs, uploaded as they are; their mAP. They are few, so a sample is all of them. */
export const objects: Evaluator = {
  metric: 'mAP',
  dataset: 'COCO val2017, freely licensed part',
  // Measured in Python with another JPEG decoder and pycocotools: a hundredth of a box here and there.
  tolerance: 0.005,
  missing: () => (sharedData(folder) === undefined ? `shared/data/${folder} is not beside the checkout` : undefined),

  unsuited(labels) {
    const known = new Set(labels);
    const { categories } = readInstances();
    return categories.some(({ name }) => known.has(name)) ? undefined : "none of its labels is one of COCO's";
  },

  async measure(url) {
    const { images, annotations, categories } = readInstances();
    const idOf = new Map(categories.map(({ id, name }) => [name, id]));
    const found = await inParallel(images, lanes, async ({ id, file_name }): Promise<FoundBox[]> => {
      const form = new FormData();
      for (const [name, value] of Object.entries(options)) form.set(name, value);
      form.set('file', new Blob([await readFile(join(sharedData(folder)!, 'images', file_name))]), file_name);
      const { detections } = await ask<Answer>(url, form);
      return detections.flatMap(({ class_name, confidence, bbox }) => {
        const category = idOf.get(class_name);
        return category === undefined ? [] : [{ image: id, category, confidence, bbox }];
      });
    });
    const truth = annotations.map(({ image_id, category_id, bbox: [x, y, width, height], iscrowd }): TruthBox => ({
      image: image_id,
      category: category_id,
      bbox: [x, y, x + width, y + height],
      crowd: iscrowd === 1,
    }));
    return { value: averagePrecision(truth, found.flat()).map, samples: images.length, of: images.length };
  },
};
