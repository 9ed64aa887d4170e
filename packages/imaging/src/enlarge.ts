import type { Interpolation, Pixels, Region } from './pixels.ts';

/** The weight of a source sample by its distance in samples, and the largest distance that counts. */
const kernels: Readonly<Record<Interpolation, { readonly reach: number; readonly at: (distance: number) => number }>> = {
  bilinear: { reach: 1, at: (distance) => 1 - Math.abs(distance) },
  // Keys (1981) with a = -1/2, as PIL has it.
  bicubic: {
    reach: 2,
    at(distance) {
      const d = Math.abs(distance);
      return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
    },
  },
};

/** For each new sample, in a run of them: the first old one that it is made of, and the shares of this and the next ones. */
interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  readonly shares: Float32Array;
}

/** Pixel centres are aligned; what lies beyond the edge does not count. */
function tapsOf(from: number, to: number, start: number, length: number, interpolation: Interpolation): Taps {
  const { reach, at } = kernels[interpolation];
  const count = Math.min(from, 2 * reach);
  const first = new Int32Array(length);
  const shares = new Float32Array(length * count);
  for (let index = 0; index < length; index++) {
    const place = ((start + index + 0.5) * from) / to - 0.5;
    const lowest = Math.max(0, Math.min(from - count, Math.floor(place) - reach + 1));
    first[index] = lowest;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const distance = Math.abs(lowest + tap - place);
      const share = distance < reach ? at(distance) : 0;
      shares[index * count + tap] = share;
      sum += share;
    }
    for (let tap = 0; tap < count; tap++) shares[index * count + tap]! /= sum;
  }
  return { count, first, shares };
}

/**
 * Enlarges a picture, or leaves a side as it is. The general decoder does it with another alignment, half a pixel off.
 *
 * @param kept the part of the result that is wanted
 */
export function enlarge(
  { data, width, height, channels }: Pixels,
  size: { readonly width: number; readonly height: number },
  interpolation: Interpolation,
  kept: Region,
): Pixels {
  const across = tapsOf(width, size.width, kept.left, kept.width, interpolation);
  const down = tapsOf(height, size.height, kept.top, kept.height, interpolation);
  const stride = kept.width * channels;
  const top = down.first[0]!;
  const bottom = down.first[kept.height - 1]! + down.count;
  const rows = new Float32Array((bottom - top) * stride);
  for (let y = top, to = 0; y < bottom; y++) {
    for (let x = 0; x < kept.width; x++) {
      const from = (y * width + across.first[x]!) * channels;
      for (let channel = 0; channel < channels; channel++, to++) {
        let value = 0;
        for (let tap = 0; tap < across.count; tap++) value += across.shares[x * across.count + tap]! * data[from + tap * channels + channel]!;
        rows[to] = value;
      }
    }
  }
  const samples = new Uint8ClampedArray(kept.height * stride);
  for (let y = 0, to = 0; y < kept.height; y++) {
    const from = (down.first[y]! - top) * stride;
    for (let x = 0; x < stride; x++, to++) {
      let value = 0;
      for (let tap = 0; tap < down.count; tap++) value += down.shares[y * down.count + tap]! * rows[from + tap * stride + x]!;
      samples[to] = value;
    }
  }
  return { data: new Uint8Array(samples.buffer), width: kept.width, height: kept.height, channels };
}
