import type { FitOptions, FittedImage } from './fit-image.ts';

/** How the numbers of a tensor follow from samples of 0 to 255. */
export interface TensorLayout {
  /** Order of the channels; `grey` is one, the luma of ITU-R BT.601. */
  readonly colour: 'rgb' | 'bgr' | 'grey';
  /** Channels first, or last. */
  readonly layout: 'nchw' | 'nhwc';
  /** What black and white become; then each channel, in the tensor's order, is `(value - mean) / std`. */
  readonly range: readonly [black: number, white: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Channels of a tensor. */
export function channelsOf(colour: TensorLayout['colour']): 1 | 3 {
  return colour === 'grey' ? 1 : 3;
}

/** Shares of red, green and blue in each channel of the tensor. */
const mixes: Readonly<Record<TensorLayout['colour'], readonly (readonly [red: number, green: number, blue: number])[]>> = {
  rgb: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  bgr: [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
  grey: [[0.299, 0.587, 0.114]],
};

/**
 * Lays a fitted picture into a normalised tensor of one row, padding around it.
 *
 * @param into where to write, channels * width * height values; all of them are written
 * @returns `into`, or a new array, as [channels, height, width] or [height, width, channels]
 */
export function layPixels(
  { pixels, left, top }: Pick<FittedImage, 'pixels' | 'left' | 'top'>,
  { width, height, resize }: Pick<FitOptions, 'width' | 'height' | 'resize'>,
  { colour, layout, range: [black, white], mean, std }: TensorLayout,
  into?: Float32Array,
): Float32Array {
  const channels = channelsOf(colour);
  const area = width * height;
  const tensor = into ?? new Float32Array(channels * area);
  const { data } = pixels;
  // Steps from a pixel to the next, and from a channel to the next.
  const [across, between] = layout === 'nchw' ? [1, area] : [channels, 1];
  const isPadded = pixels.width !== width || pixels.height !== height;

  for (let channel = 0; channel < channels; channel++) {
    const scale = (white - black) / 255 / std[channel]!;
    const shift = (black - mean[channel]!) / std[channel]!;
    const start = channel * between;
    if (isPadded) {
      const value = (resize.method === 'letterbox' ? resize.pad : 0) * scale + shift;
      for (let place = 0, to = start; place < area; place++, to += across) tensor[to] = value;
    }
    const [red, green, blue] = mixes[colour][channel]!;
    for (let y = 0; y < pixels.height; y++) {
      let from = y * pixels.width * 3;
      let to = start + ((y + top) * width + left) * across;
      for (const end = from + pixels.width * 3; from < end; from += 3, to += across)
        tensor[to] = (red * data[from]! + green * data[from + 1]! + blue * data[from + 2]!) * scale + shift;
    }
  }
  return tensor;
}
