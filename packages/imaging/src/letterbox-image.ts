import { decode } from './decoder.ts';
import { inspectImage } from './inspect-image.ts';
import type { ImageInfo, ImageLimits, Pixels } from './pixels.ts';

export interface LetterboxOptions {
  /** Side of the square, in pixels. */
  readonly size: number;
  /** Where the picture lies in the square. */
  readonly anchor: 'top-left' | 'centre';
}

/** A picture fitted into a square. A point (x, y) of the upright picture lies at (x * scaleX + offsetX, y * scaleY + offsetY) in it. */
export interface Letterbox {
  /** 3 channels, RGB: the picture as it was decoded. `toTensor` brings it to its size in the square, and writes the padding. */
  readonly pixels: Pixels;
  /** Size of the picture in the square. */
  readonly width: number;
  readonly height: number;
  /** The two differ by what rounding to whole pixels costs; on a narrow picture that is much. */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly image: ImageInfo;
}

/**
 * Decodes an image, and works out how it fits a square, aspect ratio kept.
 *
 * @throws {Problem} see {@link inspectImage}; `invalid-image` when it cannot be decoded
 */
export async function letterboxImage(bytes: Uint8Array, limits: ImageLimits, { size, anchor }: LetterboxOptions): Promise<Letterbox> {
  const image = inspectImage(bytes, limits);
  const scale = Math.min(size / image.width, size / image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  // Large photographs are decoded to twice the size that is wanted: JPEG then skips most of the work.
  const reduced = image.width > 2 * width && image.height > 2 * height;
  const pixels = await decode(bytes, image, { width: reduced ? 2 * width : image.width, height: reduced ? 2 * height : image.height, colour: 'rgb' });
  return {
    pixels,
    width,
    height,
    scaleX: width / image.width,
    scaleY: height / image.height,
    offsetX: anchor === 'centre' ? (size - width) >> 1 : 0,
    offsetY: anchor === 'centre' ? (size - height) >> 1 : 0,
    image,
  };
}
