import type { Candidates } from './candidates.ts';
import { toCorners, type BoxFormat, type Wanted } from './head.ts';

/** Numbers that belong to rows: row r begins at `start + r * stride`. */
interface Columns {
  readonly data: Float32Array;
  readonly start: number;
  readonly stride: number;
}

interface Rows {
  readonly count: number;
  readonly boxes: Columns;
  readonly scores: Columns;
  /** Multiplies the row's scores. */
  readonly objectness?: Columns;
  readonly boxFormat: BoxFormat;
}

/** Finds the candidates of outputs that hold a place a row, its scores side by side. */
export function readRows({ count, boxes, scores, objectness, boxFormat }: Rows, { classes, multiLabel }: Wanted, into: Candidates): void {
  const add = (row: number, name: number, confidence: number) => {
    const at = boxes.start + row * boxes.stride;
    into.add({ class: name, confidence, corners: toCorners(boxes.data[at]!, boxes.data[at + 1]!, boxes.data[at + 2]!, boxes.data[at + 3]!, boxFormat) });
  };
  for (let row = 0; row < count; row++) {
    const factor = objectness ? objectness.data[objectness.start + row * objectness.stride]! : 1;
    // No score is over 1, so most rows are done here.
    if (!(factor >= into.least)) continue;
    const from = scores.start + row * scores.stride;
    let best = 0;
    let confidence = 0;
    for (let c = 0; c < classes; c++) {
      const value = factor * scores.data[from + c]!;
      if (multiLabel && value >= into.least) add(row, c, value);
      if (value > confidence) {
        best = c;
        confidence = value;
      }
    }
    if (!multiLabel && confidence >= into.least) add(row, best, confidence);
  }
}
