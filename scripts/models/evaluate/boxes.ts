import { inParallel } from '@facet/testkit';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { areas, averagePrecision, type AveragePrecision, type Corners, type FoundBox, type TruthBox } from './average-precision.ts';
import { ask, lanes, type Finding } from './evaluator.ts';

interface Answer {
  readonly detections: readonly { readonly class_name: string; readonly confidence: number; readonly bbox: Corners }[];
}

/** Pictures with the boxes that are in them. */
export interface BoxedPictures {
  readonly pictures: readonly { readonly id: number; readonly path: string }[];
  readonly truth: readonly TruthBox[];
  /** Category numbers by class name. */
  readonly categories: ReadonlyMap<string, number>;
}

/** COCO's evaluation wants the whole curve of precision over recall, and every class of a box. */
const options = { conf_threshold: '0.001', iou_threshold: '0.5', max_detections: '100', multi_label: 'true' };
/** Measured in Python with another JPEG decoder and pycocotools: a hundredth of a box here and there. */
const tolerance = 0.005;
/** Of one size or class there are few objects. */
const partTolerance = 0.01;

const sizes = { 'mAP, small objects': areas.small, 'mAP, medium objects': areas.medium, 'mAP, large objects': areas.large } as const;

/** Sends all pictures as they are; what was found in them. */
async function findBoxes(url: string, { pictures, categories }: BoxedPictures): Promise<FoundBox[]> {
  const found = await inParallel(pictures, lanes, async ({ id, path }): Promise<FoundBox[]> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(options)) form.set(name, value);
    form.set('file', new Blob([await readFile(path)]), basename(path));
    const { detections } = await ask<Answer>(url, form);
    return detections.flatMap(({ class_name, confidence, bbox }) => {
      const category = categories.get(class_name);
      return category === undefined ? [] : [{ image: id, category, confidence, bbox }];
    });
  });
  return found.flat();
}

/** Mean average precision of a served detector by COCO's rules: over all, by IoU, by size, by class. Pictures are few, so a sample is all of them. */
export async function judgeDetector(url: string, data: BoxedPictures): Promise<Finding[]> {
  const found = await findBoxes(url, data);
  const all = averagePrecision(data.truth, found);
  const counts = { samples: data.pictures.length, of: data.pictures.length, kind: 'higher' } as const;
  const finding = (metric: string, value: number, within = tolerance): Finding => ({ metric, value, tolerance: within, ...counts });
  const byClass = [...data.categories].flatMap(([name, category]) => {
    const value = all.byCategory50.get(category);
    return value === undefined ? [] : [finding(`AP at IoU 0.50, ${name}`, value, partTolerance)];
  });
  const bySize = Object.entries(sizes).map(([metric, range]) => finding(metric, averagePrecision(data.truth, found, range).map, partTolerance));
  return [...headlines(all).map(([metric, value]) => finding(metric, value)), ...bySize, ...byClass];
}

function headlines({ map, map50, map75 }: AveragePrecision): [string, number][] {
  return [
    ['mAP', map],
    ['mAP at IoU 0.50', map50],
    ['mAP at IoU 0.75', map75],
  ];
}
