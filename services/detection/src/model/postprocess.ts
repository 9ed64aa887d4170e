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
 * An anchor counts for its best class only: evaluators of mAP count every class above the threshold, which scores a little higher
 * but tells people of one object under two names.
 *
 * @param boxes [n, 4] in pixels of the model's input
 * @param scores [n, labels] probabilities
 */
export function decodeDetections(boxes: Float32Array, scores: Float32Array, options: DecodeOptions, geometry: Geometry): Detection[] {
  const { labels, iouThreshold, maxDetections } = options;
  const { corners, classes, confidences } = candidates(boxes, scores, options, geometry);
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

interface Candidates {
  /** [n, 4] x1, y1, x2, y2 in pixels of the picture. */
  readonly corners: Float64Array;
  readonly classes: Int32Array;
  /** 0 for rows that are none: below the threshold, outside the picture, or not finite. */
  readonly confidences: Float32Array;
}

function candidates(boxes: Float32Array, scores: Float32Array, { boxFormat, labels, confThreshold }: DecodeOptions, geometry: Geometry): Candidates {
  const { scaleX, scaleY, offsetX, offsetY, width, height } = geometry;
  const count = boxes.length / 4;
  const corners = new Float64Array(boxes.length);
  const classes = new Int32Array(count);
  const confidences = new Float32Array(count);
  const toX = (x: number) => Math.min(width, Math.max(0, (x - offsetX) / scaleX));
  const toY = (y: number) => Math.min(height, Math.max(0, (y - offsetY) / scaleY));

  for (let row = 0, score = 0; row < count; row++) {
    let best = 0;
    let confidence = 0;
    for (let c = 0; c < labels.length; c++, score++) {
      const value = scores[score]!;
      if (value > confidence) {
        best = c;
        confidence = value;
      }
    }
    if (!(confidence >= confThreshold && confidence > 0)) continue;

    const at = row * 4;
    const [a, b, c, d] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
    const isCentre = boxFormat === 'cxcywh';
    const x1 = toX(isCentre ? a - c / 2 : a);
    const y1 = toY(isCentre ? b - d / 2 : b);
    const x2 = toX(isCentre ? a + c / 2 : c);
    const y2 = toY(isCentre ? b + d / 2 : d);
    // What rounds to nothing is no object; NaN fails the comparison as well.
    if (!(x2 - x1 >= 0.1 && y2 - y1 >= 0.1)) continue;
    corners.set([x1, y1, x2, y2], at);
    classes[row] = best;
    confidences[row] = confidence;
  }
  return { corners, classes, confidences };
}
