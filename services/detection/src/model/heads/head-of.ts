import type { DetectorHead } from '@facet/inference';
import { boxesScores } from './boxes-scores.ts';
import type { Head } from './head.ts';
import { nanodet } from './nanodet.ts';
import { yolov10 } from './yolov10.ts';
import { yolov5 } from './yolov5.ts';
import { yolov8 } from './yolov8.ts';

/**
 * The reader of a manifest's head.
 *
 * @param size side of the model's input, in pixels
 */
export function headOf(head: DetectorHead, size: number): Head {
  switch (head.layout) {
    case 'boxes-scores':
      return boxesScores(head.boxFormat);
    case 'yolov5':
      return yolov5(head.boxFormat);
    case 'yolov8':
      return yolov8(head.boxFormat);
    case 'yolov10':
      return yolov10();
    default:
      return nanodet({ ...head, size });
  }
}
