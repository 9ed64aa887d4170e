import { Problem } from '@facet/problem';
import type { Sharp } from 'sharp';
import { convertPixels } from './convert-pixels.ts';
import { decodePlainJpeg } from './decode-jpeg.ts';
import { decodeBmp } from './decode-bmp.ts';
import { decodePlainPng, withEarlyExif } from './decode-png.ts';
import { openGeneralDecoder } from './general-decoder.ts';
import type { InspectedImage } from './inspect-image.ts';
import { PixelBudget } from './pixel-budget.ts';
import { release } from './pixel-memory.ts';
import type { Interpolation, Pixels, Region } from './pixels.ts';

/** Most pixels that are decoded on the event loop: about half a millisecond's work. */
const maxPlainPixels = 320 * 320;

/** Larger ones share a budget of pixels; as many small ones as there are threads take little memory, and never wait for the large. */
const maxFreePixels = 1 << 20;

/** One picture of the largest size that `IMAGE_MAX_PIXELS` admits by default, or a few photographs. */
const largePictures = new PixelBudget(40_000_000);

/** Longest that one picture may keep a thread; a photograph takes milliseconds. */
const decodeTimeoutSeconds = 10;

interface DecodeOptions {
  /** Size to decode to, in pixels of the upright picture; JPEG and WebP skip work for what is not needed. */
  width: number;
  height: number;
  /** What is scaled to that size, in pixels of the upright picture; all of it unless said. */
  source?: Region | undefined;
  /** What is kept of it once it is scaled. */
  kept?: Region | undefined;
  /** How pixels are interpolated, with antialiasing in either case; bilinear unless said. */
  interpolation?: Interpolation | undefined;
  /** `grey` and `rgb` see transparent pixels on white, as on the page that the picture was made for; `rgba` keeps alpha. */
  colour: 'grey' | 'rgb' | 'rgba';
}

/**
 * Decodes a small PNG of the plain kind, at its own size.
 *
 * @returns the samples as they are stored; undefined for other pictures
 * @throws {Problem} `invalid-image` when it is truncated or damaged
 */
export function decodeSmall(bytes: Uint8Array, { format, orientation, width, height }: InspectedImage): Pixels | undefined {
  return format === 'png' && orientation === 1 && width * height <= maxPlainPixels ? decodePlainPng(bytes) : undefined;
}

/**
 * Decodes the first frame of an image to 8 bits in sRGB or grey, upright.
 *
 * @returns 1 channel for grey, 3 for rgb, 4 for rgba
 * @throws {Problem} `invalid-image` when it is truncated, damaged, or takes too long
 */
export async function decode(bytes: Uint8Array, image: InspectedImage, options: DecodeOptions): Promise<Pixels> {
  const { width, height, source, kept, colour } = options;
  const isReduced = width !== image.width || height !== image.height || source !== undefined;
  const small = isReduced ? undefined : decodeSmall(bytes, image);
  if (small) return cut(convertPixels(small, colour), kept);
  const plain = isReduced || colour === 'rgba' ? undefined : await decodePlainJpeg(bytes, image, colour);
  if (plain) return cut(plain, kept);
  const pixels = image.width * image.height;
  return pixels <= maxFreePixels ? decodeGeneral(bytes, image, options) : largePictures.run(pixels, () => decodeGeneral(bytes, image, options));
}

/** Copies a part of decoded samples, and gives the memory of the rest back. */
function cut(pixels: Pixels, kept: Region | undefined): Pixels {
  if (!kept || (kept.width === pixels.width && kept.height === pixels.height)) return pixels;
  const { left, top, width, height } = kept;
  const { data, channels } = pixels;
  const part = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * pixels.width + left) * channels;
    part.set(data.subarray(start, start + width * channels), row * width * channels);
  }
  release(pixels);
  return { data: part, width, height, channels };
}

/** Decodes pictures of every kind. */
async function decodeGeneral(
  bytes: Uint8Array,
  image: InspectedImage,
  { width, height, source, kept, interpolation = 'bilinear', colour }: DecodeOptions,
): Promise<Pixels> {
  const { width: fromWidth, height: fromHeight } = source ?? image;
  const sharp = await openGeneralDecoder();
  // The header was checked, but another reader's opinion of it must not get past the limit either.
  const limitInputPixels = image.width * image.height;
  const pipeline =
    image.format === 'bmp'
      ? openBmp(sharp, bytes)
      : sharp(readable(bytes, image), { limitInputPixels, failOn: 'error', animated: false, sequentialRead: true });
  if (image.orientation !== 1) pipeline.autoOrient();
  if (source) pipeline.extract({ ...source });
  if (width !== fromWidth || height !== fromHeight) pipeline.resize(width, height, { fit: 'fill', kernel: interpolation === 'bilinear' ? 'linear' : 'cubic' });
  if (kept && (kept.width !== width || kept.height !== height)) pipeline.extract({ ...kept });
  if (colour === 'rgba') pipeline.ensureAlpha();
  else if (image.hasAlpha) pipeline.flatten({ background: '#fff' });
  pipeline
    .toColourspace(colour === 'grey' ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .timeout({ seconds: decodeTimeoutSeconds });
  try {
    const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    const detail =
      error instanceof Error && error.message.startsWith('timeout') ? `The image takes longer than ${decodeTimeoutSeconds} s to decode.` : undefined;
    throw new Problem('invalid-image', detail, { cause: error });
  }
}

function readable(bytes: Uint8Array, { format, orientation }: InspectedImage): Uint8Array {
  return format === 'png' && orientation !== 1 ? withEarlyExif(bytes) : bytes;
}

/** libvips does not read BMP. */
function openBmp(sharp: Awaited<ReturnType<typeof openGeneralDecoder>>, bytes: Uint8Array): Sharp {
  const decoded = decodeBmp(bytes);
  if (!decoded) throw new Problem('invalid-image', 'The BMP file ends before its last row.');
  const { data, width, height, channels } = decoded;
  return sharp(data, { raw: { width, height, channels } });
}

/** @param pixels 3 channels, RGB */
export async function encodeJpeg({ data, width, height }: Pixels): Promise<Buffer> {
  const sharp = await openGeneralDecoder();
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
