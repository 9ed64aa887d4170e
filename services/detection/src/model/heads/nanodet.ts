import { hasShape, type Head } from './head.ts';

interface NanoDetLayout {
  /** Side of the model's input, in pixels. */
  readonly size: number;
  /** Pixels between the points of each level. */
  readonly strides: readonly number[];
  /** Values of a side's distance: 0 … bins - 1 strides. */
  readonly bins: number;
  /** Where in its cell a point lies: 0.5 for NanoDet, 0 for NanoDet-Plus. */
  readonly offset: number;
}

/** Mean of a distribution over 0 … bins - 1, given as logits (generalized focal loss, arXiv:2006.04388). */
function expectation(data: Float32Array, at: number, bins: number): number {
  let largest = -Infinity;
  for (let bin = 0; bin < bins; bin++) largest = Math.max(largest, data[at + bin]!);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    const share = Math.exp(data[at + bin]! - largest);
    sum += share;
    weighted += share * bin;
  }
  return weighted / sum;
}

/**
 * NanoDet: [n, points, classes + 4 * bins], a row being probabilities, then for each side how likely it lies how many strides
 * from the point. Points go level by level, row by row.
 */
export function nanodet({ size, strides, bins, offset }: NanoDetLayout): Head {
  const points = strides.flatMap((stride) => {
    const cells = Math.ceil(size / stride);
    return Array.from({ length: cells * cells }, (_, cell) => ({
      x: ((cell % cells) + offset) * stride,
      y: (Math.trunc(cell / cells) + offset) * stride,
      stride,
    }));
  });
  return {
    suppressed: false,
    expected: (classes) => `one output [batch, ${points.length} points, ${classes} classes + 4 * ${bins}]`,
    fits: ([output, ...others], classes) => others.length === 0 && hasShape(output, points.length, classes + 4 * bins),

    read([output], { classes, multiLabel }, into) {
      const data = output!.data as Float32Array;
      for (const [row, { x, y, stride }] of points.entries()) {
        const at = row * (classes + 4 * bins);
        const clear: { class: number; confidence: number }[] = [];
        for (let c = 0; c < classes; c++) {
          const confidence = data[at + c]!;
          if (confidence >= into.least) clear.push({ class: c, confidence });
        }
        if (clear.length === 0) continue;
        const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => expectation(data, at + classes + side * bins, bins) * stride) as [
          number,
          number,
          number,
          number,
        ];
        const corners = [x - left, y - top, x + right, y + bottom] as const;
        const chosen = multiLabel ? clear : [clear.reduce((best, one) => (one.confidence > best.confidence ? one : best))];
        for (const one of chosen) into.add({ ...one, corners });
      }
    },
  };
}
