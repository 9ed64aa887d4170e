import { decodeGrey, type ImageLimits, type Pixels } from '@facet/imaging';
import { Problem } from '@facet/problem';
import type { StageClock } from '@facet/telemetry';
import { findStrokes } from '../ink/find-strokes.ts';
import { fitBox } from '../ink/fit-box.ts';
import { flattenPaper } from '../ink/flatten-paper.ts';

/**
 * Longer sides, in pixels, to which a picture is reduced before its ink is looked for: strokes stay pixels wide, paper's texture goes.
 * The first suffices for most; where the digit is small on its sheet, or nothing is found, the second shows four times as many.
 */
const sides = [200, 400] as const;
/** Longer side, in pixels, from which on a digit is large enough: two for each pixel of MNIST's box. */
const enough = 40;

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
  /** Longer side of the digit in the picture, in its pixels. */
  readonly side: number;
}

/**
 * Decodes a picture of a digit and frames it.
 *
 * @param clock told of decoding and preprocessing, which take turns where the picture is looked at twice
 * @returns the picture as it was first decoded, and the model's input, see {@link inkToTensor}
 * @throws {Problem} `blank-image` when there is no ink; what `decodeGrey` throws
 */
export async function readInk(
  bytes: Uint8Array,
  limits: ImageLimits,
  settings: InkSettings,
  clock?: StageClock,
): Promise<{ pixels: Pixels; ink: Float32Array }> {
  const look = async (maxSide: number) => {
    const pixels = await decodeGrey(bytes, limits, { maxSide });
    clock?.mark('decode');
    const framed = frame(pixels, settings);
    clock?.mark('preprocess');
    return { pixels, framed };
  };
  const { pixels, framed } = await look(sides[0]);
  const isEnough = pixels.reduction === 1 || (framed !== undefined && framed.side >= enough);
  const ink = (isEnough ? framed : (await look(sides[1])).framed)?.ink;
  if (!ink) throw new Problem('blank-image');
  return { pixels, ink };
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
  if (copyReady(pixels, size, box, ink)) return { ink, side: box };
  const strokes = findStrokes(flattenPaper(pixels));
  if (!strokes) return undefined;
  fitBox(strokes, size, box, ink);
  return { ink, side: Math.max(strokes.right - strokes.left, strokes.bottom - strokes.top) + 1 };
}

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
