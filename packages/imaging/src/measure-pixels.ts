import { luma } from './convert-pixels.ts';
import type { Pixels } from './pixels.ts';

/** What a picture looks like as a whole, each number from 0 to 1 or so. */
export interface PixelMeasures {
  /** Mean luma. */
  readonly brightness: number;
  /** Standard deviation of luma. */
  readonly contrast: number;
  /** Mean absolute Laplacian of luma: falls with blur, rises with noise (Pech-Pacheco et al., 2000, take its variance). */
  readonly sharpness: number;
  /** Mean difference between the strongest and the weakest channel; 0 for grey. */
  readonly saturation: number;
  /** Mean of red minus blue; 0 for grey. */
  readonly warmth: number;
}

/** Pixels that are looked at: enough for a mean to a hundredth, and few enough for tens of microseconds. */
const samples = 2048;

/** Measures decoded pixels on a lattice over the picture. */
export function measurePixels({ data, width, height, channels }: Pixels): PixelMeasures {
  const step = Math.max(1, Math.round(Math.sqrt((width * height) / samples)));
  const isColour = channels >= 3;
  const row = width * channels;
  // One by one, for a number out of a list, or shared with an inner function, is an object each time that it changes.
  let count = 0;
  let sum = 0;
  let squares = 0;
  let edges = 0;
  let inner = 0;
  let saturation = 0;
  let warmth = 0;
  for (let y = step >> 1; y < height; y += step) {
    for (let x = step >> 1; x < width; x += step) {
      const i = y * row + x * channels;
      const value = lightness(data, i, isColour);
      count += 1;
      sum += value;
      squares += value * value;
      if (isColour) {
        const r = data[i]!;
        const g = data[i + 1]!;
        const b = data[i + 2]!;
        saturation += Math.max(r, g, b) - Math.min(r, g, b);
        warmth += r - b;
      }
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      inner += 1;
      const beside = lightness(data, i - channels, isColour) + lightness(data, i + channels, isColour);
      const aboveAndBelow = lightness(data, i - row, isColour) + lightness(data, i + row, isColour);
      edges += Math.abs(4 * value - beside - aboveAndBelow);
    }
  }
  const mean = sum / count;
  return {
    brightness: mean / 255,
    contrast: Math.sqrt(Math.max(0, squares / count - mean * mean)) / 255,
    sharpness: inner === 0 ? 0 : edges / inner / 255,
    saturation: saturation / count / 255,
    warmth: warmth / count / 255,
  };
}

function lightness(data: Uint8Array, at: number, isColour: boolean): number {
  return isColour ? luma(data[at]!, data[at + 1]!, data[at + 2]!) : data[at]!;
}
