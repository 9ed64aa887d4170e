import type { Pixels } from './pixels.ts';

export interface TensorOptions {
  /** Side of the square plane, in pixels. */
  readonly size: number;
  /** Order of the planes. */
  readonly colour: 'rgb' | 'bgr';
  /** Per plane in the tensor's order, for values of 0 to 255: `(value - mean) / std`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Shade of what the picture does not cover, 0 to 255. */
  readonly pad: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/**
 * Lays RGB pixels into a normalised, padded NCHW tensor of one picture.
 *
 * @param pixels 3 channels, RGB, no larger than the square from its offset on
 * @param into where to write, 3 * size * size values: a row of a batch
 * @returns `into`, or a new array, as [3, size, size]
 */
export function toTensor(pixels: Pixels, { size, colour, mean, std, pad, offsetX, offsetY }: TensorOptions, into?: Float32Array): Float32Array {
  const plane = size * size;
  const tensor = into ?? new Float32Array(3 * plane);
  const { data, width, height } = pixels;
  const isCovered = width === size && height === size;
  // A byte has 256 values: a look-up is faster than a division and a subtraction a sample.
  const normalised = new Float32Array(256);

  for (let c = 0; c < 3; c++) {
    for (let v = 0; v < 256; v++) normalised[v] = (v - mean[c]!) / std[c]!;
    const start = c * plane;
    if (!isCovered) tensor.fill((pad - mean[c]!) / std[c]!, start, start + plane);
    let from = colour === 'rgb' ? c : 2 - c;
    for (let y = 0; y < height; y++) {
      let to = start + (y + offsetY) * size + offsetX;
      for (const end = to + width; to < end; to++, from += 3) tensor[to] = normalised[data[from]!]!;
    }
  }
  return tensor;
}
