import type { DetectorHead } from '../../../packages/inference/src/index.ts';
import { CommandError } from '../command.ts';
import type { Recognised } from './recognise-head.ts';

const slack = 0.001;

/**
 * Looks at what a detector gave on noise, to tell corners from centres, and to refuse numbers that mean something else.
 *
 * @returns the head with its box format
 * @throws {CommandError} for scores that are no probabilities and boxes that are not in pixels
 */
export function judgeNumbers({ head, rows, box, scores }: Recognised, forced: 'cxcywh' | 'xyxy' | undefined, name: string): DetectorHead {
  const { lowest, highest } = scores;
  if (!(lowest >= -slack && highest <= 1 + slack)) {
    throw new CommandError(
      `${name}: expected scores that are probabilities from 0 to 1, found ${lowest.toPrecision(3)} to ${highest.toPrecision(3)}; export the model with its sigmoid.`,
    );
  }
  if (head.layout === 'nanodet' || head.layout === 'yolov10') return head;

  let areCorners = rows > 0;
  let isNegative = false;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    const [a, b, c, d] = box(row) as [number, number, number, number];
    if (c < a || d < b) areCorners = false;
    if (c < 0 || d < 0) isNegative = true;
    largest = Math.max(largest, Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d));
  }
  const boxFormat = forced ?? (areCorners ? 'xyxy' : 'cxcywh');
  if (boxFormat === 'cxcywh' && isNegative)
    throw new CommandError(`${name}: expected decoded boxes, found some of negative size; export the model with its decoding (YOLOX: --decode_in_inference).`);
  if (rows > 0 && largest <= 2)
    throw new CommandError(
      `${name}: expected boxes in pixels of its input, found none beyond ${largest.toPrecision(3)}; export the model without normalised boxes.`,
    );
  return { ...head, boxFormat };
}
