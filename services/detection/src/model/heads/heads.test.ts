import type { Tensor } from '@facet/inference';
import fc from 'fast-check';
import { boxesScores } from './boxes-scores.ts';
import { Candidates, type Candidate } from './candidates.ts';
import type { Head } from './head.ts';
import { nanodet } from './nanodet.ts';
import { yolov10 } from './yolov10.ts';
import { yolov5 } from './yolov5.ts';
import { yolov8 } from './yolov8.ts';

const tensor = (dims: number[], values: readonly number[]): Tensor => ({ type: 'float32', data: Float32Array.from(values), dims });
const wanted = { classes: 2, confThreshold: 0.25, multiLabel: false };

function read(head: Head, outputs: readonly Tensor[], { confThreshold, ...by }: typeof wanted): readonly Candidate[] {
  const candidates = new Candidates(confThreshold);
  head.read(outputs, by, candidates);
  return candidates.toArray();
}

/** Two places: a cat (0.75) in the box 10…30 x 20…60, and hardly anything. */
const cat: Candidate = { class: 0, confidence: 0.75, corners: [10, 20, 30, 60] };

const layouts: readonly (readonly [string, (by: typeof wanted) => readonly Candidate[]])[] = [
  [
    'boxes-scores, centres',
    (by) => read(boxesScores('cxcywh'), [tensor([1, 2, 4], [20, 40, 20, 40, 50, 50, 8, 8]), tensor([1, 2, 2], [0.75, 0.5, 0.125, 0])], by),
  ],
  [
    'boxes-scores, corners',
    (by) => read(boxesScores('xyxy'), [tensor([1, 2, 4], [10, 20, 30, 60, 46, 46, 54, 54]), tensor([1, 2, 2], [0.75, 0.5, 0.125, 0])], by),
  ],
  ['yolov5', (by) => read(yolov5('cxcywh'), [tensor([1, 2, 7], [20, 40, 20, 40, 1, 0.75, 0.5, 50, 50, 8, 8, 0.125, 1, 0])], by)],
  ['yolov8', (by) => read(yolov8('cxcywh'), [tensor([1, 6, 2], [20, 50, 40, 50, 20, 8, 40, 8, 0.75, 0.125, 0.5, 0])], by)],
];

describe.each(layouts)('%s', (_, find) => {
  it('counts a place for its best class', () => {
    expect(find(wanted)).toEqual([cat]);
  });

  it('counts it for every class above the threshold when told so', () => {
    expect(find({ ...wanted, multiLabel: true }).toSorted((a, b) => a.class - b.class)).toEqual([cat, { ...cat, class: 1, confidence: 0.5 }]);
  });

  it('takes what reaches the threshold, and never what has no score', () => {
    expect(find({ ...wanted, confThreshold: 0.75 })).toHaveLength(1);
    expect(find({ ...wanted, confThreshold: 0.76 })).toEqual([]);
    expect(find({ ...wanted, confThreshold: 0, multiLabel: true })).toHaveLength(3);
  });
});

describe('yolov5', () => {
  it('multiplies what is there by what it is', () => {
    const [found] = read(yolov5('xyxy'), [tensor([1, 1, 7], [10, 20, 30, 60, 0.5, 0.75, 0.25])], wanted);
    expect(found).toEqual({ ...cat, confidence: 0.375 });
  });
});

describe('yolov10', () => {
  const rows = tensor([1, 3, 6], [10, 20, 30, 60, 0.75, 0, 1, 2, 3, 4, 0.5, 1, 0, 0, 0, 0, 0, 0]);

  it('reads objects as they are, and leaves nothing to suppress', () => {
    expect(read(yolov10(), [rows], wanted)).toEqual([cat, { class: 1, confidence: 0.5, corners: [1, 2, 3, 4] }]);
    expect(read(yolov10(), [rows], { ...wanted, confThreshold: 0 })).toHaveLength(2);
    expect(yolov10().suppressed).toBe(true);
  });

  it('says so when the model knows more classes than there are labels', () => {
    expect(() => read(yolov10(), [rows], { ...wanted, classes: 1 })).toThrow('the model found class 1, but its manifest has labels for 1 classes only');
  });
});

describe('nanodet', () => {
  it('takes each side from the mean of its distribution, counted in strides from the point', () => {
    // One level of 2x2 cells of 16 pixels; in the last cell, sides at 0, 1, 0.5 and 1 strides from its middle (24, 24).
    const none = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const row = [0.125, 0.75, 50, 0, 0, 50, 7, 7, 0, 50];
    const head = nanodet({ size: 32, strides: [16], bins: 2, offset: 0.5 });
    const [found, ...others] = read(head, [tensor([1, 4, 10], [...none, ...none, ...none, ...row])], wanted);
    expect(others).toEqual([]);
    expect(found).toEqual({ class: 1, confidence: 0.75, corners: [24, 8, 32, 40] });
  });
});

describe('all layouts', () => {
  it('tell the same of the same places', () => {
    const share = fc.integer({ min: 0, max: 64 }).map((value) => value / 64);
    const place = fc.record({ box: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 60 }))), scores: fc.tuple(share, share) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), share, fc.boolean(), (places, confThreshold, multiLabel) => {
        const by = { classes: 2, confThreshold, multiLabel };
        const n = places.length;
        const planes = [0, 1, 2, 3].map((side) => places.map(({ box }) => box[side]!)).concat([0, 1].map((c) => places.map(({ scores }) => scores[c]!)));
        const ordered = (found: readonly Candidate[]) => found.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
        const expected = ordered(
          read(
            boxesScores('cxcywh'),
            [
              tensor(
                [1, n, 4],
                places.flatMap(({ box }) => box),
              ),
              tensor(
                [1, n, 2],
                places.flatMap(({ scores }) => scores),
              ),
            ],
            by,
          ),
        );
        expect(ordered(read(yolov8('cxcywh'), [tensor([1, 6, n], planes.flat())], by))).toEqual(expected);
        expect(
          ordered(
            read(
              yolov5('cxcywh'),
              [
                tensor(
                  [1, n, 7],
                  places.flatMap(({ box, scores }) => [...box, 1, ...scores]),
                ),
              ],
              by,
            ),
          ),
        ).toEqual(expected);
      }),
    );
  });
});
