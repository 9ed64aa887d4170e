import type { InkMap } from './flatten-paper.ts';

/** Places along a row at which it is looked at, and at how many of them a line has ink. */
const samples = 12;
const leastInked = 9;
/** Ink of a faint line, of 255. */
const faintest = 8;
/** Ink at the edge of one. */
const fading = 4;
/** Thickest line, of the side that it is measured along: strokes are thicker where a digit is as wide as its picture. */
const thickest = 0.03;

/**
 * Takes straight lines out that run along rows or columns through most of a picture: ruled and squared paper, boxes of forms. Strokes that cross
 * one go on over it.
 *
 * @param ink changed in place
 */
export function removeLines(ink: InkMap): InkMap {
  const { data, width, height } = ink;
  removeAlong(data, height, width, width, 1);
  removeAlong(data, width, height, 1, width);
  return ink;
}

/**
 * @param count lines of pixels, each of `length` pixels
 * @param step from a line to the next
 * @param along from a pixel of a line to the next
 */
function removeAlong(data: Uint8Array, count: number, length: number, step: number, along: number): void {
  const most = Math.max(3, Math.round(thickest * count));
  const isLine = (line: number, least = faintest): boolean => {
    const [before, after] = [line - most - 1, line + most + 1];
    let inked = 0;
    for (let k = 0; k < samples; k++) {
      const place = Math.floor(((k + 0.5) * length) / samples) * along;
      const beside = Math.max(before >= 0 ? data[before * step + place]! : 0, after < count ? data[after * step + place]! : 0);
      if (data[line * step + place]! - beside >= least) inked++;
    }
    return inked >= leastInked;
  };
  for (let line = 0; line < count; line++) {
    if (!isLine(line)) continue;
    let first = line;
    while (first > 0 && isLine(first - 1, fading)) first--;
    while (line + 1 < count && isLine(line + 1, fading)) line++;
    if (line - first + 1 > most) continue;
    const [before, after] = [first - 1, line + 1];
    for (let at = 0; at < length; at++) {
      const place = at * along;
      const beside = Math.min(before >= 0 ? data[before * step + place]! : 0, after < count ? data[after * step + place]! : 0);
      for (let between = first; between <= line; between++) if (data[between * step + place]! > beside) data[between * step + place] = beside;
    }
  }
}
