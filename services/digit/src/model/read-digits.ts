import { decodeGrey, type ImageLimits } from '@facet/imaging';
import type { Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import { findDigits, findInCrop, type FoundDigit } from '../ink/find-digits.ts';
import { fitBox } from '../ink/fit-box.ts';
import { readFirstInk } from '../ink/read-first-ink.ts';
import type { InkSettings } from './preprocess.ts';
import { stopIfOver } from './stop-if-over.ts';

/** Longer sides, in pixels, to which a picture is reduced: the second where digits are small in the first. */
const sides = [800, 1600] as const;
/** Height, in pixels, from which on a digit is large enough. */
const enough = 28;

/** A digit as the model takes it. */
export interface ReadDigit {
  /** size * size intensities, 0 paper to 1 ink. */
  readonly ink: Float32Array;
  /** x1, y1, x2, y2 in pixels of the upright picture. */
  readonly bbox: [number, number, number, number];
}

/**
 * Finds every digit of a picture, line by line, each line from the left.
 *
 * @throws {Problem} `blank-image` when there is no ink, `deadline-exceeded`, and what `decodeGrey` throws
 */
export async function readDigits(bytes: Uint8Array, limits: ImageLimits, { size, box }: InkSettings, work: Work): Promise<ReadDigit[][]> {
  for (const [index, maxSide] of sides.entries()) {
    const pixels = await decodeGrey(bytes, limits, { maxSide });
    work.clock.mark('decode');
    stopIfOver(work);
    const found = readFirstInk(pixels, ({ ink, x, y, crop }) => {
      const lines = crop ? findInCrop(crop) : findDigits(ink);
      stopIfOver(work);
      return lines.length > 0 ? { lines, x, y } : undefined;
    });
    const isLast = pixels.reduction === 1 || index === sides.length - 1;
    if (found && (isLast || medianHeight(found.lines.flat()) >= enough)) {
      const { lines, x, y } = found;
      const inFull = (value: number): number => Math.round(value * pixels.reduction * 10) / 10;
      const digits = lines.map((line) =>
        line.map(({ strokes, place }): ReadDigit => {
          const framed = new Float32Array(size * size);
          fitBox(strokes, size, box, framed);
          return { ink: framed, bbox: [inFull(x + place.left), inFull(y + place.top), inFull(x + place.right + 1), inFull(y + place.bottom + 1)] };
        }),
      );
      work.clock.mark('preprocess');
      return digits;
    }
    work.clock.mark('preprocess');
    if (pixels.reduction === 1) break;
  }
  throw new Problem('blank-image');
}

function medianHeight(digits: readonly FoundDigit[]): number {
  const heights = digits.map(({ place }) => place.bottom - place.top + 1).sort((a, b) => a - b);
  return heights[heights.length >> 1] ?? 0;
}
