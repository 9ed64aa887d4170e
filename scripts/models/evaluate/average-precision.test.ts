import fc from 'fast-check';
import { areas, averagePrecision, type FoundBox, type TruthBox } from './average-precision.ts';

const truth = (image: number, left: number, crowd = false, category = 1): TruthBox => ({ image, category, bbox: [left, 0, left + 10, 10], crowd });
const found = (image: number, left: number, confidence: number, category = 1): FoundBox => ({ image, category, bbox: [left, 0, left + 10, 10], confidence });

describe('averagePrecision', () => {
  it('is 1 when all boxes are found exactly, and 0 when none is', () => {
    expect(averagePrecision([truth(1, 0), truth(2, 5)], [found(1, 0, 0.9), found(2, 5, 0.8)])).toMatchObject({ map: 1, map50: 1, map75: 1 });
    expect(averagePrecision([truth(1, 0)], []).map).toBe(0);
    expect(averagePrecision([truth(1, 0)], [found(2, 0, 0.9)]).map).toBe(0);
  });

  it('counts what is found at the IoUs that it reaches: a box moved by a tenth overlaps 0.818', () => {
    const { map, map50, map75 } = averagePrecision([truth(1, 0)], [found(1, 1, 0.9)]);
    expect([map50, map75]).toEqual([1, 1]);
    expect(map).toBeCloseTo(0.7);
  });

  it('reads precision at 101 recalls, each the best at it or beyond', () => {
    // Right, wrong, right of two boxes: precision 1 up to recall 0.5 (51 points), then 2/3 (50 points).
    const answers = [found(1, 0, 0.9), found(1, 50, 0.8), found(1, 100, 0.7)];
    expect(averagePrecision([truth(1, 0), truth(1, 100)], answers).map).toBeCloseTo((51 + (50 * 2) / 3) / 101);
    // A box that nobody finds: recall ends at a half.
    expect(averagePrecision([truth(1, 0), truth(1, 200)], [found(1, 0, 0.9)]).map).toBeCloseTo(51 / 101);
  });

  it('gives a box to one detection only: the second on it is wrong', () => {
    const two = [truth(1, 0), truth(1, 100)];
    expect(averagePrecision(two, [found(1, 0, 0.9), found(1, 0, 0.8), found(1, 100, 0.7)]).map).toBeCloseTo((51 + (50 * 2) / 3) / 101);
  });

  it('neither rewards nor punishes what is found in a crowd, however often', () => {
    const boxes = [truth(1, 0), { ...truth(1, 100, true), bbox: [100, 0, 200, 100] as const }];
    expect(averagePrecision(boxes, [found(1, 120, 0.9), found(1, 140, 0.9), found(1, 0, 0.5)]).map).toBe(1);
  });

  it('means over the categories that have boxes; those that only a crowd shows do not count', () => {
    const boxes = [truth(1, 0), truth(1, 50, false, 2), truth(1, 100, true, 3)];
    const { map, byCategory } = averagePrecision(boxes, [found(1, 0, 0.9), found(1, 100, 0.9, 4)]);
    expect(map).toBe(0.5);
    expect([...byCategory]).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  it('asks for one size of objects alone: others are neither right nor wrong, whether the truth or the box says so', () => {
    const wide = { image: 1, category: 1, bbox: [0, 0, 50, 50] as const, crowd: false };
    const boxes = [truth(1, 100), wide];
    const answers = [found(1, 100, 0.5), { ...wide, confidence: 0.9 }, { ...found(1, 0, 0.8), bbox: [300, 0, 360, 60] as const }];
    expect(averagePrecision(boxes, answers, areas.small).map).toBe(1);
    expect(averagePrecision(boxes, answers, areas.medium).map50).toBe(1);
    expect(averagePrecision(boxes, [found(1, 100, 0.5)], areas.medium).map).toBe(0);
    // A thin object in a large box counts as small.
    expect(averagePrecision([{ ...wide, area: 900 }], [{ ...wide, confidence: 0.9 }], areas.small).map).toBe(1);
  });

  it('keeps the best 100 of an image', () => {
    const many = Array.from({ length: 100 }, (_, index) => found(1, 1000 + index * 20, 0.9));
    expect(averagePrecision([truth(1, 0)], [...many, found(1, 0, 0.5)]).map).toBe(0);
    expect(averagePrecision([truth(1, 0)], [...many.slice(1), found(1, 0, 0.5)]).map).toBeCloseTo(0.01);
  });

  it('is what pycocotools 2.0 says of the same boxes', () => {
    let state = 7;
    const draw = (below: number): number => {
      state = (state * 16_807) % 2_147_483_647;
      return Math.trunc(state / 65_536) % below;
    };
    const boxes = Array.from({ length: 60 }, () => ({
      image: draw(6) + 1,
      category: draw(3) + 1,
      x: draw(60),
      y: draw(60),
      w: draw(30) + 5,
      h: draw(30) + 5,
      crowd: draw(8) === 0,
    }));
    const answers = Array.from({ length: 240 }, (_, index): FoundBox => {
      const box = boxes[draw(60)]!;
      const [x, y, w, h] = [box.x + draw(9) - 4, box.y + draw(9) - 4, Math.max(1, box.w + draw(7) - 3), Math.max(1, box.h + draw(7) - 3)];
      const confidence = (draw(1000) * 240 + index) / 240_000;
      return { image: box.image, category: draw(3) === 0 ? draw(3) + 1 : box.category, bbox: [x, y, x + w, y + h], confidence };
    });
    const truths = boxes.map(({ image, category, x, y, w, h, crowd }): TruthBox => ({ image, category, bbox: [x, y, x + w, y + h], crowd }));
    const { map, map50, map75 } = averagePrecision(truths, answers);
    expect([map, map50, map75]).toEqual([expect.closeTo(0.127_990_447, 8), expect.closeTo(0.321_226_499, 8), expect.closeTo(0.058_354_295, 8)]);
  });

  it('lies between 0 and 1, does not depend on the order of detections, and does not fall when wrong ones lose confidence', () => {
    const box = fc.record({ image: fc.integer({ min: 1, max: 3 }), left: fc.integer({ min: 0, max: 40 }), confidence: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(
        fc.array(box, { minLength: 1, maxLength: 8 }),
        fc.uniqueArray(box, { maxLength: 12, selector: ({ confidence }) => confidence }),
        (boxes, answers) => {
          const truths = boxes.map(({ image, left }) => truth(image, left));
          const founds = answers.map(({ image, left, confidence }) => found(image, left, confidence / 1000));
          const { map } = averagePrecision(truths, founds);
          expect(map).toBeGreaterThanOrEqual(0);
          expect(map).toBeLessThanOrEqual(1 + 1e-9);
          expect(averagePrecision(truths, founds.toReversed()).map).toBeCloseTo(map, 10);
          expect(averagePrecision(truths, [...founds, found(1, 500, 0.0001)]).map).toBeCloseTo(map, 10);
        },
      ),
    );
  });
});
