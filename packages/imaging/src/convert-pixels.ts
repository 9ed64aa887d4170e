import type { Pixels } from './pixels.ts';

/** ITU-R BT.601, in 1/256. */
export function luma(red: number, green: number, blue: number): number {
  return (77 * red + 150 * green + 29 * blue) >> 8;
}

/**
 * Brings samples into the form that is asked for.
 *
 * @param colour `grey` and `rgb` see transparent pixels on white; `rgba` keeps alpha
 * @returns 1 channel for grey, 3 for rgb, 4 for rgba
 */
export function convertPixels({ data, width, height, channels }: Pixels, colour: 'grey' | 'rgb' | 'rgba'): Pixels {
  const wanted = colour === 'grey' ? 1 : colour === 'rgb' ? 3 : 4;
  if (channels === wanted) return { data, width, height, channels };
  const converted = new Uint8Array(width * height * wanted);
  const isColour = channels >= 3;
  const alphaAt = channels === 2 ? 1 : channels === 4 ? 3 : -1;
  for (let from = 0, to = 0; to < converted.length; from += channels, to += wanted) {
    const alpha = alphaAt < 0 ? 255 : data[from + alphaAt]!;
    let red = data[from]!;
    let green = isColour ? data[from + 1]! : red;
    let blue = isColour ? data[from + 2]! : red;
    if (wanted !== 4 && alpha !== 255) {
      red = (red * alpha + 255 * (255 - alpha) + 127) / 255;
      green = (green * alpha + 255 * (255 - alpha) + 127) / 255;
      blue = (blue * alpha + 255 * (255 - alpha) + 127) / 255;
    }
    if (wanted === 1) {
      converted[to] = luma(red, green, blue);
      continue;
    }
    converted[to] = red;
    converted[to + 1] = green;
    converted[to + 2] = blue;
    if (wanted === 4) converted[to + 3] = alpha;
  }
  return { data: converted, width, height, channels: wanted };
}
