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
  const at = isColour ? (i: number) => luma(data[i]!, data[i + 1]!, data[i + 2]!) : (i: number) => data[i]!;
  const row = width * channels;
  let [count, sum, squares, edges, inner, saturation, warmth] = [0, 0, 0, 0, 0, 0, 0];
  for (let y = step >> 1; y < height; y += step) {
    for (let x = step >> 1; x < width; x += step) {
      const i = y * row + x * channels;
      const value = at(i);
      count += 1;
      sum += value;
      squares += value * value;
      if (isColour) {
        const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
        saturation += Math.max(r, g, b) - Math.min(r, g, b);
        warmth += r - b;
      }
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      inner += 1;
      edges += Math.abs(4 * value - at(i - channels) - at(i + channels) - at(i - row) - at(i + row));
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
