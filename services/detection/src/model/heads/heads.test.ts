import type { Tensor } from '@facet/inference';
import fc from 'fast-check';
import { boxesScores } from './boxes-scores.ts';
import type { Candidate, Wanted } from './head.ts';
import { nanodet } from './nanodet.ts';
import { yolov10 } from './yolov10.ts';
import { yolov5 } from './yolov5.ts';
import { yolov8 } from './yolov8.ts';

const tensor = (dims: number[], values: readonly number[]): Tensor => ({ type: 'float32', data: Float32Array.from(values), dims });
const wanted: Wanted = { classes: 2, confThreshold: 0.25, multiLabel: false };

/** Two places: a cat (0.75) in the box 10…30 x 20…60, and hardly anything. */
const cat: Candidate = { class: 0, confidence: 0.75, corners: [10, 20, 30, 60] };

const layouts: readonly (readonly [string, (wanted: Wanted) => Candidate[]])[] = [
  [
    'boxes-scores, centres',
    (by) => boxesScores('cxcywh').read([tensor([1, 2, 4], [20, 40, 20, 40, 50, 50, 8, 8]), tensor([1, 2, 2], [0.75, 0.5, 0.125, 0])], by),
  ],
  [
    'boxes-scores, corners',
    (by) => boxesScores('xyxy').read([tensor([1, 2, 4], [10, 20, 30, 60, 46, 46, 54, 54]), tensor([1, 2, 2], [0.75, 0.5, 0.125, 0])], by),
  ],
  ['yolov5', (by) => yolov5('cxcywh').read([tensor([1, 2, 7], [20, 40, 20, 40, 1, 0.75, 0.5, 50, 50, 8, 8, 0.125, 1, 0])], by)],
  ['yolov8', (by) => yolov8('cxcywh').read([tensor([1, 6, 2], [20, 50, 40, 50, 20, 8, 40, 8, 0.75, 0.125, 0.5, 0])], by)],
];

describe.each(layouts)('%s', (_, read) => {
  it('counts a place for its best class', () => {
    expect(read(wanted)).toEqual([cat]);
  });

  it('counts it for every class above the threshold when told so', () => {
    expect(read({ ...wanted, multiLabel: true }).toSorted((a, b) => a.class - b.class)).toEqual([cat, { ...cat, class: 1, confidence: 0.5 }]);
  });

  it('takes what reaches the threshold, and never what has no score', () => {
    expect(read({ ...wanted, confThreshold: 0.75 })).toHaveLength(1);
    expect(read({ ...wanted, confThreshold: 0.76 })).toEqual([]);
    expect(read({ ...wanted, confThreshold: 0, multiLabel: true })).toHaveLength(3);
  });
});

describe('yolov5', () => {
  it('multiplies what is there by what it is', () => {
    const [found] = yolov5('xyxy').read([tensor([1, 1, 7], [10, 20, 30, 60, 0.5, 0.75, 0.25])], wanted);
    expect(found).toEqual({ ...cat, confidence: 0.375 });
  });
});

describe('yolov10', () => {
  const rows = tensor([1, 3, 6], [10, 20, 30, 60, 0.75, 0, 1, 2, 3, 4, 0.5, 1, 0, 0, 0, 0, 0, 0]);

  it('reads objects as they are, and leaves nothing to suppress', () => {
    expect(yolov10().read([rows], wanted)).toEqual([cat, { class: 1, confidence: 0.5, corners: [1, 2, 3, 4] }]);
    expect(yolov10().read([rows], { ...wanted, confThreshold: 0 })).toHaveLength(2);
    expect(yolov10().suppressed).toBe(true);
  });

  it('says so when the model knows more classes than there are labels', () => {
    expect(() => yolov10().read([rows], { ...wanted, classes: 1 })).toThrow('the model found class 1, but its manifest has labels for 1 classes only');
  });
});

describe('nanodet', () => {
  it('takes each side from the mean of its distribution, counted in strides from the point', () => {
    // One level of 2x2 cells of 16 pixels; in the last cell, sides at 0, 1, 0.5 and 1 strides from its middle (24, 24).
    const none = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const row = [0.125, 0.75, 50, 0, 0, 50, 7, 7, 0, 50];
    const head = nanodet({ size: 32, strides: [16], bins: 2, offset: 0.5 });
    const [found, ...others] = head.read([tensor([1, 4, 10], [...none, ...none, ...none, ...row])], wanted);
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
        const ordered = (found: Candidate[]) => found.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
        const expected = ordered(
          boxesScores('cxcywh').read(
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
        expect(ordered(yolov8('cxcywh').read([tensor([1, 6, n], planes.flat())], by))).toEqual(expected);
        expect(
          ordered(
            yolov5('cxcywh').read(
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
