import type { Pixels } from './pixels.ts';

/** Where each new sample lies between two old ones: their indices, and the share of the second. Pixel centres are aligned. */
function taps(to: number, from: number): { first: Int32Array; second: Int32Array; share: Float32Array } {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const share = new Float32Array(to);
  for (let at = 0; at < to; at++) {
    const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    first[at] = Math.trunc(place);
    second[at] = Math.min(from - 1, first[at]! + 1);
    share[at] = place - first[at]!;
  }
  return { first, second, share };
}

/**
 * Scales by plain bilinear sampling: two by two neighbours, no blur before shrinking.
 *
 * TensorFlow resized so when it trained the detectors that we ship; antialiasing first, as libvips and PIL do, costs them
 * up to a point of mAP. Shrinking by more than two skips samples: decode to about twice the size before.
 *
 * @param pixels 3 channels
 */
export function scaleBilinear({ data, width: oldWidth, height: oldHeight, channels }: Pixels, width: number, height: number): Pixels {
  if (width === oldWidth && height === oldHeight) return { data, width, height, channels };
  const columns = taps(width, oldWidth);
  const rows = taps(height, oldHeight);
  const scaled = new Uint8Array(width * height * 3);
  const stride = oldWidth * 3;
  for (let y = 0, to = 0; y < height; y++) {
    const top = rows.first[y]! * stride;
    const bottom = rows.second[y]! * stride;
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++) {
      const left = columns.first[x]! * 3;
      const right = columns.second[x]! * 3;
      const across = columns.share[x]!;
      for (let c = 0; c < 3; c++, to++) {
        const upper = data[top + left + c]! + (data[top + right + c]! - data[top + left + c]!) * across;
        const lower = data[bottom + left + c]! + (data[bottom + right + c]! - data[bottom + left + c]!) * across;
        scaled[to] = upper + (lower - upper) * down + 0.5;
      }
    }
  }
  return { data: scaled, width, height, channels };
}
