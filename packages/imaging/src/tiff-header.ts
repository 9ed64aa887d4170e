import type { Header } from './pixels.ts';

/**
 * Reads the first directory of a TIFF block (TIFF 6.0, section 2), which is also how EXIF is stored.
 *
 * @param start offset of the block's byte order mark
 * @returns undefined when it is no TIFF
 * @throws {RangeError} when the directory lies outside the view
 */
export function readTiffHeader(view: DataView, start: number): Header | undefined {
  const little = view.getUint16(start) === 0x4949;
  if (view.getUint16(start + 2, little) !== 42) return undefined;
  const directory = start + view.getUint32(start + 4, little);
  const count = view.getUint16(directory, little);

  let width = 0;
  let height = 0;
  let channels = 1;
  let orientation = 1;
  for (let at = directory + 2; at < directory + 2 + count * 12; at += 12) {
    const isShort = view.getUint16(at + 2, little) === 3;
    const value = isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
    switch (view.getUint16(at, little)) {
      case 256:
        width = value;
        break;
      case 257:
        height = value;
        break;
      case 274:
        orientation = value >= 1 && value <= 8 ? value : 1;
        break;
      case 277:
        channels = value;
        break;
    }
  }
  // Four samples are CMYK or colour with alpha; the decoder finds out.
  return { width, height, channels, hasAlpha: channels === 2 || channels >= 4, orientation };
}

/** EXIF's orientation, 1 to 8; damaged EXIF never costs the picture, it counts as upright. */
export function readOrientation(view: DataView, at: number, length: number): number {
  try {
    const exif = new DataView(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at));
    return readTiffHeader(exif, 0)?.orientation ?? 1;
  } catch {
    return 1;
  }
}
