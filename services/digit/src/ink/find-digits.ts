import type { Box, Component } from './components.ts';
import { endLikeInk, findParts, type Strokes } from './find-strokes.ts';
import type { InkMap } from './flatten-paper.ts';
import { groupDigits } from './group-digits.ts';

/** A digit among others. */
export interface FoundDigit {
  /** Its own ink alone. */
  readonly strokes: Strokes;
  /** Where it lies in the ink map. */
  readonly place: Box;
}

/** Times as wide as high, from which on strokes that hang together are two digits that touch. */
const touching = 1.4;
/** Of the height of both, what each of them has at least. */
const leastHeight = 0.6;
/** Where two digits that touch are cut: in the middle part of them, where a column has the least ink. */
const cutFrom = 0.3;
const cutTo = 0.7;

/** Every digit, line by line, each line from the left; empty where there is no ink. */
export function findDigits(ink: InkMap): FoundDigit[][] {
  const found = findParts(ink);
  if (!found) return [];
  const { pixels, components, paper, core } = found;
  const lines = groupDigits(components).map((line) =>
    line
      .filter(({ parts, top, bottom }) => endLikeInk(ink, found, parts, bottom - top + 1))
      .flatMap(({ parts, ...place }) => splitTouching({ ink: cutOut(ink, pixels, parts, place), place }))
      .map((cut): FoundDigit => ({ place: cut.place, strokes: { ...whole(cut.ink), paper, core } })),
  );
  return lines.filter(({ length }) => length > 0);
}

/** A picture that was cut out at its ink: one digit, or several where it is too wide for one. */
export function findInCrop(crop: Strokes): FoundDigit[][] {
  const { left, top, right, bottom } = crop;
  const isOne = right - left + 1 < touching * (bottom - top + 1);
  const several = isOne ? [] : findDigits(crop.ink);
  return several.length > 0 ? several : [[{ strokes: crop, place: { left, top, right, bottom } }]];
}

function whole(ink: InkMap): Pick<Strokes, 'ink' | keyof Box> {
  return { ink, left: 0, top: 0, right: ink.width - 1, bottom: ink.height - 1 };
}

interface Cut {
  readonly ink: InkMap;
  readonly place: Box;
}

/** The ink of some parts, in the box around them. */
function cutOut(ink: InkMap, pixels: Int32Array, parts: readonly Component[], { left, top, right, bottom }: Box): InkMap {
  const [width, height] = [right - left + 1, bottom - top + 1];
  const data = new Uint8Array(width * height);
  for (const { start, end } of parts)
    for (let i = start; i < end; i++) {
      const at = pixels[i]!;
      const y = (at / ink.width) | 0;
      data[(y - top) * width + at - y * ink.width - left] = ink.data[at]!;
    }
  return { data, width, height };
}

/** Cuts strokes that are too wide for one digit where they are thinnest, as long as both parts are as high as digits. */
function splitTouching(cut: Cut): Cut[] {
  const { data, width, height } = cut.ink;
  if (width < touching * height) return [cut];
  let column = 0;
  let least = Infinity;
  for (let x = Math.ceil(cutFrom * width); x <= cutTo * width; x++) {
    let sum = 0;
    for (let y = 0; y < height; y++) sum += data[y * width + x]!;
    // Of equal ones, that which is nearest to the middle.
    sum += Math.abs(x - width / 2) / width;
    if (sum < least) [column, least] = [x, sum];
  }
  const [before, after] = [part(cut, 0, column), part(cut, column, width)];
  if (!before || !after || Math.min(before.ink.height, after.ink.height) < leastHeight * height) return [cut];
  return [...splitTouching(before), ...splitTouching(after)];
}

/** Columns of an ink map, cut at their ink; undefined where there is none. */
function part({ ink: { data, width, height }, place }: Cut, from: number, to: number): Cut | undefined {
  let [left, top, right, bottom] = [to, height, -1, -1];
  for (let y = 0; y < height; y++)
    for (let x = from; x < to; x++) {
      if (data[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  if (right < 0) return undefined;
  const columns = right - left + 1;
  const cut = new Uint8Array(columns * (bottom - top + 1));
  for (let y = top; y <= bottom; y++) cut.set(data.subarray(y * width + left, y * width + right + 1), (y - top) * columns);
  return {
    ink: { data: cut, width: columns, height: bottom - top + 1 },
    place: { left: place.left + left, top: place.top + top, right: place.left + right, bottom: place.top + bottom },
  };
}
