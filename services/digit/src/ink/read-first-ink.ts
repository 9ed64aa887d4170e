import type { Pixels } from '@facet/imaging';
import { findCrop } from './find-crop.ts';
import { findSheet } from './find-sheet.ts';
import type { Strokes } from './find-strokes.ts';
import { flattenPaper, inkOnPlain, type InkMap } from './flatten-paper.ts';
import { layGrid } from './grid.ts';
import { removeLines } from './remove-lines.ts';

/** The ink of a picture, or of a part of it. */
export interface PlacedInk {
  readonly ink: InkMap;
  /** Where its first pixel lies in the picture. */
  readonly x: number;
  readonly y: number;
  /** Set where the picture was cut out at its ink: then all of it are strokes. */
  readonly crop?: Strokes;
}

/**
 * Reads ink where it may be, the likeliest place first: a drawn sheet, a digit that was cut out, a sheet that lies on a table, any other
 * photograph.
 *
 * @param read gives undefined where it finds none; called until it finds some
 */
export function readFirstInk<T>(pixels: Pixels, read: (placed: PlacedInk) => T | undefined): T | undefined {
  const plain = inkOnPlain(pixels);
  if (plain) return read({ ink: removeLines(plain), x: 0, y: 0 });
  const crop = findCrop(pixels);
  if (crop) return read({ ink: crop.ink, x: 0, y: 0, crop });
  const cells = layGrid(pixels);
  const sheet = findSheet(pixels, cells);
  const onSheet = sheet && read({ ink: removeLines(flattenPaper(sheet.pixels, layGrid(sheet.pixels))), x: sheet.left, y: sheet.top });
  return onSheet ?? read({ ink: removeLines(flattenPaper(pixels, cells)), x: 0, y: 0 });
}
