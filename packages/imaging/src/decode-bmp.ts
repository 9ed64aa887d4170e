import type { Header, Pixels } from './pixels.ts';

/** Offsets in the two headers of a BMP file (Windows' BITMAPFILEHEADER and BITMAPINFOHEADER), and what is read there. */
interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly isTopDown: boolean;
  readonly pixelsAt: number;
  readonly paletteAt: number;
  readonly colours: number;
}

/** Uncompressed samples, and those whose masks say that they are blue, green and red as usual. */
const compressions = new Set([0, 3]);
const depths = new Set([8, 24, 32]);

function parse(view: DataView): BmpHeader | undefined {
  const headerSize = view.getUint32(14, true);
  const height = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (headerSize < 40 || !compressions.has(compression) || !depths.has(bits)) return undefined;
  if (compression === 3 && (bits !== 32 || view.getUint32(54, true) !== 0xff0000 || view.getUint32(58, true) !== 0xff00 || view.getUint32(62, true) !== 0xff))
    return undefined;
  return {
    width: Math.max(0, view.getInt32(18, true)),
    height: Math.abs(height),
    bits,
    isTopDown: height < 0,
    pixelsAt: view.getUint32(10, true),
    paletteAt: 14 + headerSize,
    colours: view.getUint32(46, true) || 256,
  };
}

/**
 * Reads the size of a BMP file.
 *
 * @returns undefined for a kind that is not decoded: compressed, or of other than 8, 24 or 32 bits
 * @throws {RangeError} when the file ends inside its header
 */
export function readBmpHeader(view: DataView): Header | undefined {
  const header = parse(view);
  return header && { width: header.width, height: header.height, channels: 3, hasAlpha: false, orientation: 1 };
}

/**
 * Decodes an uncompressed BMP file; its fourth byte counts as filling, as most writers leave it 0.
 *
 * @returns 3 channels, RGB; undefined when the file ends before its last row
 */
export function decodeBmp(bytes: Uint8Array): Pixels | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = parse(view);
  if (!header) return undefined;
  const { width, height, bits, isTopDown, pixelsAt, paletteAt, colours } = header;
  const step = bits / 8;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt + stride * height > bytes.length || (bits === 8 && paletteAt + 4 * colours > bytes.length)) return undefined;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, o = 0; y < height; y++) {
    let from = pixelsAt + stride * (isTopDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, from += step, o += 3) {
      // A number beyond the palette counts as its last.
      const at = bits === 8 ? paletteAt + 4 * Math.min(bytes[from]!, colours - 1) : from;
      data[o] = bytes[at + 2]!;
      data[o + 1] = bytes[at + 1]!;
      data[o + 2] = bytes[at]!;
    }
  }
  return { data, width, height, channels: 3 };
}
