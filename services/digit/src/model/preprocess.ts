import { decodeGrey, type ImageLimits, type Pixels } from '@facet/imaging';
import type { Work } from '@facet/inference';
import { Problem } from '@facet/problem';
import type { Box } from '../ink/components.ts';
import { findStrokes, type Strokes } from '../ink/find-strokes.ts';
import { fitBox } from '../ink/fit-box.ts';
import { readFirstInk } from '../ink/read-first-ink.ts';
import { stopIfOver } from './stop-if-over.ts';

/**
 * Longer sides, in pixels, to which a picture is reduced before its ink is looked for: strokes stay pixels wide, paper's texture goes. The first
 * suffices for most; where it shows nothing, the others show ever smaller digits.
 */
const sides = [200, 400, 800] as const;
/** Longer side, in pixels, from which on a digit is large enough: two for each pixel of MNIST's box. One that is smaller is looked at again, closer. */
const enough = 40;
/** Longest side of the picture for that: what is larger shows a smaller digit well enough. */
const closest = 1600;
/** Longer side that it then has, and the paper around it that is looked at with it, of its own side. */
const closer = 60;
const surroundings = 1;

export interface InkSettings {
  /** Side of the model's input, in pixels. */
  readonly size: number;
  /** Longer side of the digit in it. */
  readonly box: number;
}

/** A digit as the model takes it. */
interface Framed {
  /** size * size intensities, 0 paper to 1 ink. */
  readonly ink: Float32Array;
  readonly place: Box;
  /** Digits that are in view. */
  readonly digits: number;
}

const longerSide = ({ left, top, right, bottom }: Box): number => Math.max(right - left, bottom - top) + 1;

/**
 * Decodes a picture of a digit and frames it.
 *
 * @param work whose clock is told of decoding and preprocessing, which take turns where the picture is looked at twice
 * @returns the picture as it was first decoded, the model's input, see {@link inkToTensor}, and how many digits are in view
 * @throws {Problem} `blank-image` when there is no ink, `deadline-exceeded` between two looks; what `decodeGrey` throws
 */
export async function readInk(
  bytes: Uint8Array,
  limits: ImageLimits,
  settings: InkSettings,
  work?: Work,
): Promise<{ pixels: Pixels; ink: Float32Array; digits: number }> {
  const clock = work?.clock;
  const look = async (maxSide: number) => {
    const pixels = await decodeGrey(bytes, limits, { maxSide });
    clock?.mark('decode');
    const framed = frame(pixels, settings);
    clock?.mark('preprocess');
    return { pixels, framed };
  };
  const first = await look(sides[0]);
  let seen = first;
  for (const side of sides.slice(1)) {
    if (seen.framed || seen.pixels.reduction === 1) break;
    stopIfOver(work);
    seen = await look(side);
  }
  if (!seen.framed) throw new Problem('blank-image');
  const { pixels, framed } = seen;
  const side = longerSide(framed.place);
  if (pixels.reduction === 1 || side >= enough) return { pixels: first.pixels, ink: framed.ink, digits: framed.digits };
  stopIfOver(work);
  const maxSide = Math.min(closest, Math.ceil((Math.max(pixels.width, pixels.height) * closer) / side));
  const large = await decodeGrey(bytes, limits, { maxSide });
  clock?.mark('decode');
  const ink = frame(cutAround(large, framed.place, large.width / pixels.width, large.height / pixels.height), settings)?.ink ?? framed.ink;
  clock?.mark('preprocess');
  return { pixels: first.pixels, ink, digits: framed.digits };
}

/** The part of a picture around a place that was found in a smaller copy of it. */
function cutAround({ data, width, height }: Pixels, place: Box, scaleX: number, scaleY: number): Pixels {
  const margin = surroundings * longerSide(place);
  const left = Math.max(0, Math.floor((place.left - margin) * scaleX));
  const top = Math.max(0, Math.floor((place.top - margin) * scaleY));
  const right = Math.min(width, Math.ceil((place.right + 1 + margin) * scaleX));
  const bottom = Math.min(height, Math.ceil((place.bottom + 1 + margin) * scaleY));
  const part = new Uint8Array((right - left) * (bottom - top));
  for (let y = top, o = 0; y < bottom; y++, o += right - left) part.set(data.subarray(y * width + left, y * width + right), o);
  return { data: part, width: right - left, height: bottom - top, channels: 1 };
}

/**
 * Draws any picture of a digit as MNIST was made: bright ink on black, in a box of 20 pixels, centred by mass.
 *
 * @param pixels 1 channel
 * @returns size * size intensities, 0 paper to 1 ink
 * @throws {Problem} `blank-image` when there is no ink
 */
export function inkToTensor(pixels: Pixels, settings: InkSettings): Float32Array {
  const framed = frame(pixels, settings);
  if (!framed) throw new Problem('blank-image');
  return framed.ink;
}

function frame(pixels: Pixels, { size, box }: InkSettings): Framed | undefined {
  const ink = new Float32Array(size * size);
  if (copyReady(pixels, size, box, ink)) return { ink, place: whole(pixels), digits: 1 };
  const found = findInk(pixels);
  if (!found) return undefined;
  const { strokes, x, y } = found;
  fitBox(strokes, size, box, ink);
  return { ink, place: { left: x + strokes.left, top: y + strokes.top, right: x + strokes.right, bottom: y + strokes.bottom }, digits: strokes.digits ?? 1 };
}

/** Strokes, and where the first pixel of their part of the picture lies in it. */
interface Found {
  readonly strokes: Strokes;
  readonly x: number;
  readonly y: number;
}

/** Looks where ink may be, until some is found. */
function findInk(pixels: Pixels): Found | undefined {
  return readFirstInk(pixels, ({ ink, x, y, crop }) => {
    const strokes = crop ?? findStrokes(ink);
    return strokes && { strokes, x, y };
  });
}

const whole = ({ width, height }: Pixels): Box => ({ left: 0, top: 0, right: width - 1, bottom: height - 1 });

/**
 * Takes a picture that already is as the model wants it, pixel for pixel, or such a one in dark ink on white.
 *
 * @returns whether it was one: of the right size, with a plain border, and ink that fills the box and is centred
 */
function copyReady({ data, width, height }: Pixels, size: number, box: number, tensor: Float32Array): boolean {
  if (width !== size || height !== size) return false;
  const flip = data[0]! < 128 ? 0 : 255;
  let mass = 0;
  let massX = 0;
  let massY = 0;
  let [left, top, right, bottom] = [size, size, -1, -1];
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const value = data[i]! ^ flip;
      tensor[i] = value / 255;
      if (value <= grain) continue;
      mass += value;
      massX += value * x;
      massY += value * y;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  const longer = Math.max(right - left, bottom - top) + 1;
  const drift = Math.max(Math.abs(massX / mass - size / 2), Math.abs(massY / mass - size / 2));
  const isReady = mass > 0 && Math.abs(longer - box) <= 1 && drift <= 1;
  if (!isReady) tensor.fill(0);
  return isReady;
}

/** What JPEG or a scanner leaves on plain paper, of 255. */
const grain = 16;
