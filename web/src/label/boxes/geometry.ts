/** x1, y1, x2, y2 in pixels of the picture as a person sees it. */
export type Corners = readonly [number, number, number, number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Side = -1 | 0 | 1;

/** The sides of a box that follow a drag: -1 is the left or the upper one, 1 the right or the lower one, 0 neither. With 0 for both the whole box moves. */
export interface Grip {
  readonly x: Side;
  readonly y: Side;
}

/** Boxes are stored to a tenth of a pixel, as the models give them. */
const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Shortest side of a box, in pixels. */
const shortest = 1;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

export function areaOf([x1, y1, x2, y2]: Corners): number {
  return (x2 - x1) * (y2 - y1);
}

/** The box between two points, clamped to the picture. */
export function boxBetween(one: Point, other: Point, { width, height }: Size): Corners {
  const [left, right] = span(one.x, other.x, width);
  const [top, bottom] = span(one.y, other.y, height);
  return [left, top, right, bottom];
}

function span(one: number, other: number, length: number): [number, number] {
  const [from, to] = [Math.min(one, other), Math.max(one, other)].map((value) => tenth(clamp(value, 0, length))) as [number, number];
  if (to - from >= shortest) return [from, to];
  const start = clamp(from, 0, Math.max(0, length - shortest));
  return [start, Math.min(length, start + shortest)];
}

/** Drags a box, or the gripped sides of it, by a number of pixels: within the picture, and never inside out. */
export function dragBox(box: Corners, grip: Grip, by: Point, { width, height }: Size): Corners {
  const [left, right] = dragSpan([box[0], box[2]], grip.x, by.x, width, isWhole(grip));
  const [top, bottom] = dragSpan([box[1], box[3]], grip.y, by.y, height, isWhole(grip));
  return [left, top, right, bottom];
}

export const isWhole = ({ x, y }: Grip): boolean => x === 0 && y === 0;

function dragSpan([from, to]: readonly [number, number], side: Side, by: number, length: number, isMoved: boolean): [number, number] {
  if (isMoved) {
    const start = tenth(clamp(from + by, 0, Math.max(0, length - (to - from))));
    return [start, tenth(start + (to - from))];
  }
  if (side === -1) return [tenth(clamp(from + by, 0, Math.max(0, to - shortest))), to];
  if (side === 1) return [from, tenth(clamp(to + by, Math.min(length, from + shortest), length))];
  return [from, to];
}

/**
 * What a pointer grips of a box: a corner, a side, or all of it; undefined outside.
 *
 * @param reach how far from a side it is still gripped, in pixels; inside a small box less, so that there is always a part that moves all of it
 */
export function gripAt([x1, y1, x2, y2]: Corners, { x, y }: Point, reach: number): Grip | undefined {
  if (x < x1 - reach || x > x2 + reach || y < y1 - reach || y > y2 + reach) return undefined;
  return { x: sideAt(x, x1, x2, reach), y: sideAt(y, y1, y2, reach) };
}

function sideAt(at: number, from: number, to: number, reach: number): Side {
  const inside = Math.min(reach, (to - from) / 4);
  if (at < from + inside) return -1;
  return at > to - inside ? 1 : 0;
}

/** The boxes below a point, by number, the smallest first. */
export function boxesAt(boxes: readonly Corners[], { x, y }: Point): number[] {
  return boxes
    .flatMap((box, index) => (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] ? [{ index, area: areaOf(box) }] : []))
    .sort((a, b) => a.area - b.area)
    .map(({ index }) => index);
}

/** A box in the middle of the picture, half as long as its shorter side. */
export function boxInTheMiddle(size: Size): Corners {
  const half = Math.min(size.width, size.height) / 4;
  const [x, y] = [size.width / 2, size.height / 2];
  return boxBetween({ x: x - half, y: y - half }, { x: x + half, y: y + half }, size);
}

/** Whether a box lies in the picture, up to a pixel of rounding. */
export function isWithin([x1, y1, x2, y2]: Corners, { width, height }: Size): boolean {
  return x1 >= -1 && y1 >= -1 && x2 <= width + 1 && y2 <= height + 1;
}
