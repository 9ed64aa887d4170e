import fc from 'fast-check';
import { suppress } from './suppress.ts';

interface Box {
  corners: [number, number, number, number];
  classId: number;
  confidence: number;
}

/** The definition, word for word: take the best of a class, drop what overlaps it, begin again. */
function reference(boxes: readonly Box[], overlap: number): number[] {
  let left = boxes.map((_, i) => i).filter((i) => boxes[i]!.confidence > 0);
  const kept: number[] = [];
  while (left.length > 0) {
    const best = left.reduce((a, b) => (boxes[b]!.confidence > boxes[a]!.confidence ? b : a));
    kept.push(best);
    left = left.filter((i) => i !== best && (boxes[i]!.classId !== boxes[best]!.classId || iou(boxes[i]!, boxes[best]!) <= overlap));
  }
  return kept;
}

function iou({ corners: a }: Box, { corners: b }: Box): number {
  const shared = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}

const side = fc.integer({ min: 0, max: 20 });
const extent = fc.integer({ min: 1, max: 20 });
const box = fc.record({
  corners: fc.tuple(side, side, extent, extent).map(([x, y, w, h]): Box['corners'] => [x, y, x + w, y + h]),
  classId: fc.integer({ min: 0, max: 2 }),
  confidence: fc.constantFrom(0, 0.25, 0.5, 0.625, 0.75, 1),
});

describe('suppress', () => {
  it('keeps what the definition keeps, best first, up to the limit', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 30 }), (boxes, overlap, most) => {
        const corners = Float64Array.from(boxes.flatMap((b) => b.corners));
        const classes = Int32Array.from(boxes, (b) => b.classId);
        const confidences = Float32Array.from(boxes, (b) => b.confidence);
        expect(suppress(corners, classes, confidences, overlap, most)).toEqual(reference(boxes, overlap).slice(0, most));
      }),
      { numRuns: 500 },
    );
  });
});
