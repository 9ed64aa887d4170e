import fc from 'fast-check';
import { boxBetween, boxesAt, boxInTheMiddle, dragBox, gripAt, isWithin, type Corners, type Grip, type Size } from './geometry.ts';

const picture: Size = { width: 200, height: 100 };
const box: Corners = [50, 20, 90, 60];
const whole: Grip = { x: 0, y: 0 };

describe('a box between two points', () => {
  it('is the same from every corner', () => {
    const corners = [
      [50, 20, 90, 60],
      [90, 20, 50, 60],
      [50, 60, 90, 20],
      [90, 60, 50, 20],
    ] as const;
    for (const [x1, y1, x2, y2] of corners) expect(boxBetween({ x: x1, y: y1 }, { x: x2, y: y2 }, picture)).toEqual(box);
  });

  it('is clamped to the picture and rounded to a tenth of a pixel', () => {
    expect(boxBetween({ x: -30, y: 20.04 }, { x: 500, y: 60.06 }, picture)).toEqual([0, 20, 200, 60.1]);
  });

  it('is never empty', () => {
    expect(boxBetween({ x: 200, y: 100 }, { x: 400, y: 100 }, picture)).toEqual([199, 99, 200, 100]);
    expect(boxBetween({ x: 10, y: 10 }, { x: 10, y: 10 }, picture)).toEqual([10, 10, 11, 11]);
  });
});

describe('a dragged box', () => {
  it('keeps its size when it is moved, also at the border', () => {
    expect(dragBox(box, whole, { x: 10, y: -5 }, picture)).toEqual([60, 15, 100, 55]);
    expect(dragBox(box, whole, { x: 1000, y: 1000 }, picture)).toEqual([160, 60, 200, 100]);
    expect(dragBox(box, whole, { x: -1000, y: -1000 }, picture)).toEqual([0, 0, 40, 40]);
  });

  it('moves only the sides that are gripped', () => {
    expect(dragBox(box, { x: -1, y: 0 }, { x: 10, y: 99 }, picture)).toEqual([60, 20, 90, 60]);
    expect(dragBox(box, { x: 1, y: 1 }, { x: 10, y: 5 }, picture)).toEqual([50, 20, 100, 65]);
  });

  it('does not turn inside out', () => {
    expect(dragBox(box, { x: 1, y: -1 }, { x: -1000, y: 1000 }, picture)).toEqual([50, 59, 51, 60]);
  });

  it('lies in the picture and has an area, however it is dragged', () => {
    const side = fc.constantFrom(-1 as const, 0 as const, 1 as const);
    const shift = fc.record({ x: fc.integer({ min: -400, max: 400 }), y: fc.integer({ min: -400, max: 400 }) });
    const point = fc.record({ x: fc.double({ min: -50, max: 250, noNaN: true }), y: fc.double({ min: -50, max: 150, noNaN: true }) });
    fc.assert(
      fc.property(point, point, fc.array(fc.tuple(side, side, shift), { maxLength: 10 }), (one, other, drags) => {
        const [x1, y1, x2, y2] = drags.reduce<Corners>((moved, [x, y, by]) => dragBox(moved, { x, y }, by, picture), boxBetween(one, other, picture));
        expect(x1 >= 0 && y1 >= 0 && x2 <= picture.width && y2 <= picture.height).toBe(true);
        expect(x2 - x1).toBeGreaterThanOrEqual(0.9);
        expect(y2 - y1).toBeGreaterThanOrEqual(0.9);
      }),
    );
  });
});

describe('a pointer', () => {
  it.each([
    ['in the middle', [70, 40], { x: 0, y: 0 }],
    ['at a corner, from outside', [48, 18], { x: -1, y: -1 }],
    ['at the right side', [91, 40], { x: 1, y: 0 }],
    ['at the lower side, inside', [70, 57], { x: 0, y: 1 }],
    ['too far away', [100, 40], undefined],
  ] as const)('%s', (_, [x, y], grip) => {
    expect(gripAt(box, { x, y }, 5)).toEqual(grip);
  });

  it('can move a box that is smaller than its reach', () => {
    expect(gripAt([10, 10, 14, 14], { x: 12, y: 12 }, 20)).toEqual(whole);
  });

  it('finds the smallest box first', () => {
    expect(boxesAt([[0, 0, 200, 100], box, [150, 0, 160, 10]], { x: 60, y: 30 })).toEqual([1, 0]);
  });
});

it('a new box lies in the middle of any picture', () => {
  expect(boxInTheMiddle(picture)).toEqual([75, 25, 125, 75]);
  expect(boxInTheMiddle({ width: 1, height: 1 })).toEqual([0, 0, 1, 1]);
});

it('a box of a picture that is turned is noticed', () => {
  expect(isWithin([0, 0, 200.4, 100], picture)).toBe(true);
  expect(isWithin([0, 0, 100, 200], picture)).toBe(false);
});
