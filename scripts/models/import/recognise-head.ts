import type { DetectorHead } from '../../../packages/inference/src/index.ts';
import { CommandError } from '../command.ts';
import { showShape, type ProbedOutput } from './probe.ts';

/** A head that fits a model's outputs. */
export interface Recognised {
  readonly head: DetectorHead;
  /** The outputs that it reads, in the order that it wants. */
  readonly outputs: readonly ProbedOutput[];
  /** Undefined where the shape does not tell. */
  readonly classes: number | undefined;
  /** Planes or columns of the box, and those of the scores, for judging what the numbers mean. */
  readonly box: (row: number) => readonly number[];
  readonly rows: number;
  readonly scores: { readonly lowest: number; readonly highest: number };
}

const layouts = `expected one of
  boxes [batch, rows, 4] and scores [batch, rows, classes]
  YOLOv5, v7: [batch, anchors, 5 + classes]
  YOLOv8, v9, 11: [batch, 4 + classes, anchors]
  YOLOv10 or suppression in the graph: [batch, rows, 6]
  NanoDet: [batch, points, classes + 32]`;

const nanodetBins = 8;
/** NanoDet's levels, and NanoDet-Plus's, whose points lie at the corners of their cells. */
const nanodetLevels = [
  { strides: [8, 16, 32], offset: 0.5 },
  { strides: [8, 16, 32, 64], offset: 0 },
] as const;

function rangeOf(data: Float32Array, chosen: (index: number) => boolean): Recognised['scores'] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (let index = 0; index < data.length; index++) {
    if (!chosen(index)) continue;
    lowest = Math.min(lowest, data[index]!);
    highest = Math.max(highest, data[index]!);
  }
  return { lowest, highest };
}

/**
 * Tells from shapes and numbers how a detector's outputs are laid out.
 *
 * @param size side of the model's input, in pixels
 * @param labels number of classes, where it is known
 * @throws {CommandError} when no known layout fits
 */
export function recogniseHead(outputs: readonly ProbedOutput[], size: number, labels: number | undefined, name: string): Recognised {
  const flat = outputs.filter(({ spec }) => spec.shape.length === 3);
  const [first, second] = flat;
  // A YOLOv5 export may carry its raw feature maps along (five dimensions); masks have four and are another task.
  const isForeign = outputs.some(({ spec }) => spec.shape.length !== 3 && spec.shape.length !== 5);
  const found =
    isForeign || !first ? undefined : flat.length === 2 ? readPair(first, second!) : flat.length === 1 ? readSingle(first, size, labels) : undefined;
  if (!found) throw new CommandError(`${name}: its outputs are ${outputs.map(({ spec }) => showShape(spec)).join(', ')}; ${layouts}.`);
  return found;
}

function readPair(a: ProbedOutput, b: ProbedOutput): Recognised | undefined {
  const [boxes, scores] = a.spec.shape[2] === 4 ? [a, b] : [b, a];
  const rows = boxes.spec.shape[1]!;
  if (boxes.spec.shape[2] !== 4 || scores.spec.shape[1] !== rows) return undefined;
  return {
    head: { layout: 'boxes-scores', boxFormat: 'cxcywh', scores: 'probability' },
    outputs: [boxes, scores],
    classes: scores.spec.shape[2]!,
    rows,
    box: (row) => [...boxes.data.subarray(row * 4, row * 4 + 4)],
    scores: rangeOf(scores.data, () => true),
  };
}

function readSingle(output: ProbedOutput, size: number, labels: number | undefined): Recognised | undefined {
  const [, a, b] = output.spec.shape as [number, number, number];
  const { data } = output;
  const row = (index: number) => [...data.subarray(index * b, index * b + 4)];
  const rows = { outputs: [output], rows: a, box: row };

  if (b === 6 && isEndToEnd(data)) return { ...rows, head: { layout: 'yolov10' }, classes: undefined, scores: rangeOf(data, (index) => index % 6 === 4) };

  const levels = nanodetLevels.find(({ strides }) => strides.reduce((sum, stride) => sum + Math.ceil(size / stride) ** 2, 0) === a);
  const nanodetClasses = b - 4 * nanodetBins;
  if (levels && a > b && nanodetClasses > 0 && (labels === undefined ? rangeOf(data, (index) => index % b < 4).highest <= 1 : labels === nanodetClasses)) {
    // Distances from a distribution are never negative, so only the scores can be misread.
    return {
      head: { layout: 'nanodet', strides: [...levels.strides], bins: nanodetBins, offset: levels.offset },
      outputs: [output],
      classes: nanodetClasses,
      rows: 0,
      box: row,
      scores: rangeOf(data, (index) => index % b < nanodetClasses),
    };
  }

  // Few classes and many places tell the two apart; for a small input the number of labels does.
  const arePlanes = labels === undefined ? a < b : a - 4 === labels || (b - 5 !== labels && a < b);
  if (a > 4 && arePlanes) {
    const plane = (index: number) => [0, 1, 2, 3].map((side) => data[side * b + index]!);
    return {
      head: { layout: 'yolov8', boxFormat: 'cxcywh' },
      outputs: [output],
      rows: b,
      box: plane,
      classes: a - 4,
      scores: rangeOf(data, (index) => index >= 4 * b),
    };
  }
  if (b > 5 && !arePlanes)
    return { ...rows, head: { layout: 'yolov5', boxFormat: 'cxcywh' }, classes: b - 5, scores: rangeOf(data, (index) => index % b >= 4) };
  return undefined;
}

/** Rows of x1, y1, x2, y2, confidence, class: classes are whole numbers, best rows first, corners in order. */
function isEndToEnd(data: Float32Array): boolean {
  for (let at = 0; at < data.length; at += 6) {
    if (!Number.isInteger(data[at + 5]!) || data[at + 2]! < data[at]! || data[at + 3]! < data[at + 1]!) return false;
  }
  return true;
}
