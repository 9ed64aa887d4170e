import type { Pixels } from './pixels.ts';

/**
 * Takes the mean of two by two pixels for each; where a side is odd, its last row or column counts twice.
 *
 * @param pixels 1 channel
 */
export function halve({ data, width, height }: Pixels): Pixels {
  const columns = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const half = new Uint8Array(columns * rows);
  for (let row = 0, o = 0; row < rows; row++) {
    const upper = 2 * row * width;
    const lower = Math.min(2 * row + 1, height - 1) * width;
    for (let column = 0, left = 0; column < columns; column++, o++, left += 2) {
      const right = Math.min(left + 1, width - 1);
      half[o] = (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]! + 2) >> 2;
    }
  }
  return { data: half, width: columns, height: rows, channels: 1 };
}

/**
 * The same for colours, with the luma of the mean: in one go, and a pixel in one piece, for there are four times as many bytes.
 *
 * @param pixels 4 channels
 * @returns undefined where a pixel is not opaque
 */
export function halveOpaque({ data, width, height }: Pixels): Pixels | undefined {
  // What is transparent anywhere nearly always is so in the corner.
  if (data[3] !== 255) return undefined;
  const colours = new Int32Array(data.buffer, data.byteOffset, width * height);
  const columns = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const half = new Uint8Array(columns * rows);
  let all = -1;
  for (let row = 0, o = 0; row < rows; row++) {
    const upper = 2 * row * width;
    const lower = Math.min(2 * row + 1, height - 1) * width;
    for (let column = 0, left = 0; column < columns; column++, o++, left += 2) {
      const right = Math.min(left + 1, width - 1);
      const [a, b, c, d] = [colours[upper + left]!, colours[upper + right]!, colours[lower + left]!, colours[lower + right]!];
      all &= a & b & c & d;
      // Red is the lowest byte and alpha the highest on every processor that this runs on; four of a byte's values fit into two bytes.
      const redAndBlue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
      const green = (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00);
      half[o] = (77 * (redAndBlue & 0xffff) + 150 * (green >> 8) + 29 * (redAndBlue >> 16)) >> 10;
    }
  }
  return all >>> 24 === 255 ? { data: half, width: columns, height: rows, channels: 1 } : undefined;
}
