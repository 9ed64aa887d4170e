import { suppress } from './suppress.ts';

export interface Detection {
  class_id: number;
  class_name: string;
  confidence: number;
  /** x1, y1, x2, y2 in pixels of the upright picture. */
  bbox: [number, number, number, number];
}

export interface DecodeOptions {
  readonly boxFormat: 'cxcywh' | 'xyxy';
  readonly labels: readonly string[];
  /** Least confidence of a detection. */
  readonly confThreshold: number;
  /** Boxes of one class that overlap by more are one object. */
  readonly iouThreshold: number;
  readonly maxDetections: number;
  /** Let a row count for every class above the threshold instead of its best alone. */
  readonly multiLabel?: boolean;
}

/** The way from the model's pixels back to the picture's: `(x - offsetX) / scaleX`, clipped to the picture. */
export interface Geometry {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Turns a detector's rows into objects of the picture, best first.
 *
 * A row counts for its best class only, unless told otherwise: evaluations of mAP count every class above the threshold, which
 * scores higher but tells people of one object under two names.
 *
 * @param boxes [n, 4] in pixels of the model's input
 * @param scores [n, labels] probabilities
 */
export function decodeDetections(boxes: Float32Array, scores: Float32Array, options: DecodeOptions, geometry: Geometry): Detection[] {
  const { labels, iouThreshold, maxDetections } = options;
  const { corners, classes, confidences } = toCandidates(findClear(scores, options), boxes, options.boxFormat, geometry);
  return suppress(corners, classes, confidences, iouThreshold, maxDetections).map((row) => ({
    class_id: classes[row]!,
    class_name: labels[classes[row]!]!,
    confidence: Math.min(1, confidences[row]!),
    bbox: [tenth(corners[row * 4]!), tenth(corners[row * 4 + 1]!), tenth(corners[row * 4 + 2]!), tenth(corners[row * 4 + 3]!)],
  }));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A row of the model's output under one of its classes. */
interface Clear {
  readonly row: number;
  readonly class: number;
  readonly confidence: number;
}

/** Rows above the threshold, each under its best class or under all that are clear. */
function findClear(scores: Float32Array, { labels, confThreshold, multiLabel = false }: DecodeOptions): Clear[] {
  const found: Clear[] = [];
  for (let row = 0, score = 0; score < scores.length; row++) {
    let best = 0;
    let confidence = 0;
    for (let c = 0; c < labels.length; c++, score++) {
      const value = scores[score]!;
      if (multiLabel && value >= confThreshold && value > 0) found.push({ row, class: c, confidence: value });
      if (value > confidence) {
        best = c;
        confidence = value;
      }
    }
    if (!multiLabel && confidence >= confThreshold && confidence > 0) found.push({ row, class: best, confidence });
  }
  return found;
}

interface Candidates {
  /** [n, 4] x1, y1, x2, y2 in pixels of the picture. */
  readonly corners: Float64Array;
  readonly classes: Int32Array;
  /** 0 for what is no object: outside the picture, or not finite. */
  readonly confidences: Float32Array;
}

function toCandidates(found: readonly Clear[], boxes: Float32Array, boxFormat: DecodeOptions['boxFormat'], geometry: Geometry): Candidates {
  const { scaleX, scaleY, offsetX, offsetY, width, height } = geometry;
  const corners = new Float64Array(found.length * 4);
  const classes = new Int32Array(found.length);
  const confidences = new Float32Array(found.length);
  const toX = (x: number) => Math.min(width, Math.max(0, (x - offsetX) / scaleX));
  const toY = (y: number) => Math.min(height, Math.max(0, (y - offsetY) / scaleY));
  const isCentre = boxFormat === 'cxcywh';

  for (const [index, { row, class: name, confidence }] of found.entries()) {
    const from = row * 4;
    const [a, b, c, d] = [boxes[from]!, boxes[from + 1]!, boxes[from + 2]!, boxes[from + 3]!];
    const at = index * 4;
    corners[at] = toX(isCentre ? a - c / 2 : a);
    corners[at + 1] = toY(isCentre ? b - d / 2 : b);
    corners[at + 2] = toX(isCentre ? a + c / 2 : c);
    corners[at + 3] = toY(isCentre ? b + d / 2 : d);
    // What rounds to nothing is no object; NaN fails the comparison as well.
    const isObject = corners[at + 2]! - corners[at] >= 0.1 && corners[at + 3]! - corners[at + 1]! >= 0.1;
    classes[index] = name;
    confidences[index] = isObject ? confidence : 0;
  }
  return { corners, classes, confidences };
}
