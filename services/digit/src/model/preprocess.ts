import type { Pixels } from '@facet/imaging';
import { Problem } from '@facet/problem';
import { findStrokes } from '../ink/find-strokes.ts';
import { fitBox } from '../ink/fit-box.ts';
import { flattenPaper } from '../ink/flatten-paper.ts';

/** Longer side, in pixels, to which a photograph is reduced before its ink is looked for: strokes stay many pixels wide, paper's texture goes. */
export const maxSide = 320;

export interface InkSettings {
  /** Side of the model's input, in pixels. */
  readonly size: number;
  /** Longer side of the digit in it. */
  readonly box: number;
}

/**
 * Draws any picture of a digit as MNIST was made: bright ink on black, in a box of 20 pixels, centred by mass.
 *
 * @param pixels 1 channel
 * @returns size * size intensities, 0 paper to 1 ink
 * @throws {Problem} `blank-image` when there is no ink
 */
export function inkToTensor(pixels: Pixels, { size, box }: InkSettings): Float32Array {
  const tensor = new Float32Array(size * size);
  if (copyReady(pixels, size, box, tensor)) return tensor;
  const strokes = findStrokes(flattenPaper(pixels));
  if (!strokes) throw new Problem('blank-image');
  fitBox(strokes, size, box, tensor);
  return tensor;
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
