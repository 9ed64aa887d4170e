import type { Candidate } from './heads/candidates.ts';
import { suppress } from './suppress.ts';

export interface Detection {
  class_id: number;
  class_name: string;
  confidence: number;
  /** x1, y1, x2, y2 in pixels of the upright picture. */
  bbox: [number, number, number, number];
}

export interface DetectOptions {
  readonly labels: readonly string[];
  /** Boxes of one class that overlap by more are one object; 1 keeps all. */
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

/** Turns a detector's candidates into objects of the picture, best first. */
export function toDetections(candidates: readonly Candidate[], { labels, iouThreshold, maxDetections }: DetectOptions, geometry: Geometry): Detection[] {
  const { corners, classes, confidences } = inPicture(candidates, geometry);
  return suppress(corners, classes, confidences, iouThreshold, maxDetections).map((row) => ({
    class_id: classes[row]!,
    class_name: labels[classes[row]!]!,
    confidence: Math.min(1, confidences[row]!),
    bbox: [tenth(corners[row * 4]!), tenth(corners[row * 4 + 1]!), tenth(corners[row * 4 + 2]!), tenth(corners[row * 4 + 3]!)],
  }));
}

/** As exact as boxes are told. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

interface Placed {
  /** [n, 4] x1, y1, x2, y2 in pixels of the picture. */
  readonly corners: Float64Array;
  readonly classes: Int32Array;
  /** 0 for what is no object: outside the picture, or not finite. */
  readonly confidences: Float32Array;
}

function inPicture(candidates: readonly Candidate[], { scaleX, scaleY, offsetX, offsetY, width, height }: Geometry): Placed {
  const corners = new Float64Array(candidates.length * 4);
  const classes = new Int32Array(candidates.length);
  const confidences = new Float32Array(candidates.length);
  const toX = (x: number) => Math.min(width, Math.max(0, (x - offsetX) / scaleX));
  const toY = (y: number) => Math.min(height, Math.max(0, (y - offsetY) / scaleY));

  for (const [index, { class: name, confidence, corners: box }] of candidates.entries()) {
    const at = index * 4;
    corners[at] = toX(box[0]);
    corners[at + 1] = toY(box[1]);
    corners[at + 2] = toX(box[2]);
    corners[at + 3] = toY(box[3]);
    // What rounds to nothing is no object; NaN fails the comparison as well.
    const isObject = corners[at + 2]! - corners[at] >= 0.1 && corners[at + 3]! - corners[at + 1]! >= 0.1;
    classes[index] = name;
    confidences[index] = isObject ? confidence : 0;
  }
  return { corners, classes, confidences };
}
