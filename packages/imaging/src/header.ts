import { readBmpHeader } from './decode-bmp.ts';
import { readOrientation, readTiffHeader } from './tiff-header.ts';
import type { Header, ImageFormat } from './pixels.ts';

/**
 * Reads the size of an image without a decoder: microseconds, no allocation by what the file claims.
 *
 * @returns undefined when the header makes no sense
 * @throws {RangeError} when the file ends inside its header
 */
export function readHeader(bytes: Uint8Array, format: ImageFormat): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readers[format](view);
}

const readers: Readonly<Record<ImageFormat, (view: DataView) => Header | undefined>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true), channels: 3, hasAlpha: true, orientation: 1 }),
  tiff: (view) => readTiffHeader(view, 0),
  bmp: readBmpHeader,
  avif: readAvifHeader,
};

/** ITU-T T.81, annex B: segments up to the first frame header. */
function readJpegHeader(view: DataView): Header | undefined {
  let orientation: number | undefined;
  let hasProfile = false;
  for (let at = 2; ;) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    if (marker === 0xd9 || marker === 0xda) return undefined;
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = view.getUint16(at);
    if (length < 2) return undefined;
    // C4, C8 and CC share the range of frame headers without being any.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (hasTooManyScans(view, at)) return undefined;
      const [height, width, channels] = [view.getUint16(at + 3), view.getUint16(at + 5), view.getUint8(at + 7)];
      return { height, width, channels, hasAlpha: false, hasProfile, orientation: orientation ?? 1 };
    }
    // The first block counts, as for decoders; a file may hold a million, and each that is damaged costs microseconds.
    if (marker === 0xe1 && length > 8 && orientation === undefined && view.getUint32(at + 2) === 0x45786966)
      orientation = readOrientation(view, at + 8, length - 8);
    if (marker === 0xe2 && length > 8 && view.getUint32(at + 2) === 0x4943435f) hasProfile = true;
    at += length;
  }
}

/** Encoders write about ten scans; each one more makes a decoder pass over the whole picture again, in progressive files and in others. */
const maxScans = 100;

/** 0xff 0xda cannot occur inside compressed data, so that counting it needs no parsing, unless it is found too often: a video may follow the picture. */
function hasTooManyScans(view: DataView, from: number): boolean {
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  let count = 0;
  for (let at = from; count <= maxScans && (at = bytes.indexOf('\xff\xda', at, 'latin1')) !== -1; at += 2) count++;
  return count > maxScans && countScans(bytes, from) > maxScans;
}

/** Scans up to the end of the picture. */
function countScans(bytes: Buffer, from: number): number {
  let count = 0;
  for (let at = from + bytes.readUInt16BE(from); count <= maxScans;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return count;
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at++];
    if (marker === undefined || marker === 0xd9) return count;
    // Stuffing, and markers without a segment, stand inside compressed data.
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === 0xda) count += 1;
    if (at + 2 > bytes.length) return count;
    at += bytes.readUInt16BE(at);
  }
  return count;
}

const pngChannels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** PNG, third edition: IHDR comes first; before the first IDAT may follow tRNS, and before or after the IDATs eXIf. */
function readPngHeader(view: DataView): Header | undefined {
  const channels = pngChannels[view.getUint8(25)];
  if (view.getUint32(12) !== 0x49484452 || channels === undefined) return undefined;
  let hasAlpha = channels === 2 || channels === 4;
  let orientation: number | undefined;
  for (let at = 33; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = view.getUint32(at + 4);
    if (type === 0x74524e53) hasAlpha = true;
    if (type === 0x65584966) orientation ??= readOrientation(view, at + 8, view.getUint32(at));
  }
  return { width: view.getUint32(16), height: view.getUint32(20), channels, hasAlpha, orientation: orientation ?? 1 };
}

/** Bytes in which a file of an AVIF image has what is said of it, before the image. */
const avifHeadBytes = 64 * 1024;

/**
 * ISO/IEC 23008-12: `ispe` says the size of an image and of each of its tiles, of which the image is the largest; `irot` counts its
 * quarter turns, and `auxC` describes its alpha. Their places in the boxes around them say nothing more of a still image.
 */
function readAvifHeader(view: DataView): Header | undefined {
  const head = Buffer.from(view.buffer, view.byteOffset, Math.min(view.byteLength, avifHeadBytes));
  let [width, height] = [0, 0];
  for (let at = head.indexOf('ispe'); at >= 0; at = head.indexOf('ispe', at + 4)) {
    const [w, h] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (w * h > width * height) [width, height] = [w, h];
  }
  const turned = head.indexOf('irot');
  const isAcross = turned >= 0 && (view.getUint8(turned + 4) & 1) === 1;
  return { ...(isAcross ? { width: height, height: width } : { width, height }), channels: 3, hasAlpha: head.includes('auxC'), orientation: 1 };
}

/** RFC 9649: one of three chunks comes first; EXIF comes last. */
function readWebpHeader(view: DataView): Header | undefined {
  switch (view.getUint32(12)) {
    case 0x56503820: // 'VP8 '
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, channels: 3, hasAlpha: false, orientation: 1 };
    case 0x5650384c: {
      // 'VP8L': 14 bits width - 1, 14 bits height - 1, 1 bit alpha
      const bits = view.getUint32(21, true);
      const hasAlpha = ((bits >>> 28) & 1) === 1;
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, channels: hasAlpha ? 4 : 3, hasAlpha, orientation: 1 };
    }
    case 0x56503858: {
      // 'VP8X': flags, then 24 bits each
      const width = (view.getUint32(24, true) & 0xffffff) + 1;
      const height = (view.getUint32(26, true) >>> 8) + 1;
      const hasAlpha = (view.getUint8(20) & 0x10) !== 0;
      return { width, height, channels: hasAlpha ? 4 : 3, hasAlpha, orientation: readWebpOrientation(view) };
    }
    default:
      return undefined;
  }
}

function readWebpOrientation(view: DataView): number {
  for (let at = 12; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === 0x45584946) {
      // Some writers keep JPEG's 'Exif\0\0' in front.
      const skip = length > 6 && at + 12 <= view.byteLength && view.getUint32(at + 8) === 0x45786966 ? 6 : 0;
      return readOrientation(view, at + 8 + skip, length - skip);
    }
    at += 8 + length + (length & 1);
  }
  return 1;
}
