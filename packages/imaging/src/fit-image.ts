import { decode } from './decoder.ts';
import { enlarge } from './enlarge.ts';
import { inspectImage, type InspectedImage } from './inspect-image.ts';
import { release } from './pixel-memory.ts';
import type { ImageInfo, ImageLimits, Interpolation, Pixels, Region } from './pixels.ts';

/** How a picture of any shape is brought to the size that a model takes. */
export interface FitOptions {
  /** Size of the result, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly resize:
    | { readonly method: 'crop'; readonly shorterSide: number }
    | { readonly method: 'stretch' }
    | { readonly method: 'letterbox'; readonly pad: number };
  readonly interpolation: Interpolation;
}

/** A picture at the size that a model takes, or smaller: then the rest is padding. */
export interface FittedImage {
  /** 3 channels, RGB. */
  readonly pixels: Pixels;
  /** Where they lie. */
  readonly left: number;
  readonly top: number;
  readonly image: ImageInfo;
}

/** Of a longer picture only the middle is looked at: what is cropped lies well inside, and the rest would be scaled for nothing. */
const longest = 4;

/** Half of a whole number; one half goes to the even neighbour, as Python rounds and with it torchvision and PIL. */
function halfEven(value: number): number {
  const half = Math.floor(value / 2);
  return half + (value % 2 === 1 && half % 2 === 1 ? 1 : 0);
}

/** The middle of a picture that is more than four times as long as wide. */
function middleOf({ width, height }: ImageInfo): Region | undefined {
  const most = longest * Math.min(width, height);
  if (Math.max(width, height) <= most) return undefined;
  return width > height
    ? { left: Math.floor((width - most) / 2), top: 0, width: most, height }
    : { left: 0, top: Math.floor((height - most) / 2), width, height: most };
}

interface Scaled {
  /** What is scaled, in pixels of the picture; all of it unless said. */
  readonly source?: Region | undefined;
  readonly width: number;
  readonly height: number;
  /** What is kept of it. */
  readonly kept: Region;
}

/** Decodes a picture at a size: what makes it smaller is left to the decoder, and what makes it larger is done here. */
async function decodeScaled(bytes: Uint8Array, image: InspectedImage, { source, width, height, kept }: Scaled, interpolation: Interpolation): Promise<Pixels> {
  const from = source ?? image;
  const common = { source, interpolation, colour: 'rgb' } as const;
  if (width <= from.width && height <= from.height) return decode(bytes, image, { ...common, width, height, kept });
  const reduced = await decode(bytes, image, { ...common, width: Math.min(width, from.width), height: Math.min(height, from.height) });
  const pixels = enlarge(reduced, { width, height }, interpolation, kept);
  release(reduced);
  return pixels;
}

/**
 * Decodes an image at the size that a model takes.
 *
 * - `crop` scales the shorter side to `shorterSide`, and keeps the middle.
 * - `stretch` scales both sides, whatever that does to the aspect ratio.
 * - `letterbox` keeps the aspect ratio, and leaves the rest to be padded on both sides.
 *
 * Sizes and offsets are rounded as torchvision rounds them. Scaling is antialiased, as in PIL and torchvision.
 *
 * @throws {Problem} see {@link inspectImage}; `invalid-image` when it cannot be decoded
 */
export async function fitImage(bytes: Uint8Array, limits: ImageLimits, { width, height, resize, interpolation }: FitOptions): Promise<FittedImage> {
  const image = inspectImage(bytes, limits);
  if (resize.method === 'crop') {
    const source = middleOf(image);
    const whole = source ?? image;
    const shorter = Math.min(whole.width, whole.height);
    const side = (length: number): number => (length === shorter ? resize.shorterSide : Math.trunc((resize.shorterSide * length) / shorter));
    const scaled = { width: side(whole.width), height: side(whole.height) };
    const kept = { left: halfEven(scaled.width - width), top: halfEven(scaled.height - height), width, height };
    return { pixels: await decodeScaled(bytes, image, { source, ...scaled, kept }, interpolation), left: 0, top: 0, image };
  }
  const scale = resize.method === 'stretch' ? undefined : Math.min(width / image.width, height / image.height);
  const side = (length: number, whole: number): number => (scale === undefined ? whole : Math.max(1, Math.round(length * scale)));
  const inner = { width: side(image.width, width), height: side(image.height, height) };
  const pixels = await decodeScaled(bytes, image, { ...inner, kept: { left: 0, top: 0, ...inner } }, interpolation);
  return { pixels, left: (width - inner.width) >> 1, top: (height - inner.height) >> 1, image };
}
