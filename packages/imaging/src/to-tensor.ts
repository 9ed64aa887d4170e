import type { Pixels } from './pixels.ts';

export interface TensorOptions {
  /** Side of the square plane, in pixels. */
  readonly size: number;
  /** Size of the picture in the square, and where it lies. */
  readonly width: number;
  readonly height: number;
  readonly offsetX: number;
  readonly offsetY: number;
  /** Order of the planes. */
  readonly colour: 'rgb' | 'bgr';
  /** Per plane in the tensor's order, for values of 0 to 255: `(value - mean) / std`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Shade of what the picture does not cover, 0 to 255. */
  readonly pad: number;
}

/** Where each new sample lies between two old ones: their places, `step` apart, and the share of the second. Pixel centres are aligned. */
function taps(to: number, from: number, step: number): { first: Int32Array; second: Int32Array; share: Float32Array } {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const share = new Float32Array(to);
  for (let at = 0; at < to; at++) {
    const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    const index = Math.trunc(place);
    first[at] = index * step;
    second[at] = Math.min(from - 1, index + 1) * step;
    share[at] = place - index;
  }
  return { first, second, share };
}

/**
 * Lays RGB pixels into a normalised, padded NCHW tensor of one picture, scaling them on the way.
 *
 * Scaling is plain bilinear sampling: two by two neighbours, no blur before shrinking. TensorFlow resized so when it trained the
 * detectors that we ship; antialiasing first, as libvips and PIL do, costs them up to a point of mAP. Shrinking by more than two
 * skips samples: decode to about twice the size before.
 *
 * @param pixels 3 channels, RGB
 * @param into where to write, 3 * size * size values: a row of a batch
 * @returns `into`, or a new array, as [3, size, size]
 */
export function toTensor(pixels: Pixels, options: TensorOptions, into?: Float32Array): Float32Array {
  const { size, width, height, offsetX, offsetY, colour, mean, std, pad } = options;
  const plane = size * size;
  const tensor = into ?? new Float32Array(3 * plane);
  const { data } = pixels;
  const scales = std.map((value) => 1 / value);
  const shifts = mean.map((value, c) => -value / std[c]!);
  if (width !== size || height !== size) for (let c = 0; c < 3; c++) tensor.fill(pad * scales[c]! + shifts[c]!, c * plane, (c + 1) * plane);
  if (pixels.width === 2 * width && pixels.height === 2 * height) return halve(pixels, options, scales, shifts, tensor);
  const columns = taps(width, pixels.width, 3);
  const rows = taps(height, pixels.height, pixels.width * 3);

  for (let c = 0; c < 3; c++) {
    const scale = scales[c]!;
    const shift = shifts[c]!;
    const start = c * plane;
    const channel = colour === 'rgb' ? c : 2 - c;
    for (let y = 0; y < height; y++) {
      const top = rows.first[y]! + channel;
      const bottom = rows.second[y]! + channel;
      const down = rows.share[y]!;
      const to = start + (y + offsetY) * size + offsetX;
      for (let x = 0; x < width; x++) {
        const left = columns.first[x]!;
        const right = columns.second[x]!;
        const across = columns.share[x]!;
        const upper = data[top + left]! + (data[top + right]! - data[top + left]!) * across;
        const lower = data[bottom + left]! + (data[bottom + right]! - data[bottom + left]!) * across;
        tensor[to + x] = (upper + (lower - upper) * down) * scale + shift;
      }
    }
  }
  return tensor;
}

/** The same where a new sample is the mean of four old ones, which most cameras' pictures come down to: in half the time. */
function halve(
  { data, width: samples }: Pixels,
  { size, width, height, offsetX, offsetY, colour }: TensorOptions,
  scales: readonly number[],
  shifts: readonly number[],
  tensor: Float32Array,
): Float32Array {
  const plane = size * size;
  const [red, blue] = colour === 'rgb' ? [0, 2] : [2, 0];
  const quarters = scales.map((scale) => scale / 4);
  for (let y = 0; y < height; y++) {
    let upper = 2 * y * samples * 3;
    let lower = upper + samples * 3;
    const end = (y + offsetY) * size + offsetX + width;
    for (let at = end - width; at < end; at++) {
      tensor[red * plane + at] = (data[upper]! + data[upper + 3]! + data[lower]! + data[lower + 3]!) * quarters[red]! + shifts[red]!;
      tensor[plane + at] = (data[upper + 1]! + data[upper + 4]! + data[lower + 1]! + data[lower + 4]!) * quarters[1]! + shifts[1]!;
      tensor[blue * plane + at] = (data[upper + 2]! + data[upper + 5]! + data[lower + 2]! + data[lower + 5]!) * quarters[blue]! + shifts[blue]!;
      upper += 6;
      lower += 6;
    }
  }
  return tensor;
}
