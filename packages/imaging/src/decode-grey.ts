import { convertPixels, luma } from './convert-pixels.ts';
import { decodePlainJpeg } from './decode-jpeg.ts';
import { decode, decodeSmall } from './decoder.ts';
import { inspectImage } from './inspect-image.ts';
import { halve, halveOpaque } from './halve.ts';
import { release } from './pixel-memory.ts';
import type { ImageLimits, Pixels } from './pixels.ts';

/** Pixels of one channel, with how many of the picture's own lie side by side in one of them: 1 where it was not reduced. */
export interface GreyPixels extends Pixels {
  readonly reduction: number;
}

/**
 * Decodes an image to one grey channel, upright, its longer side at most `maxSide` pixels.
 *
 * Transparent pixels get the background that contrasts with the opaque ones: a stroke in white ink on nothing must not end on white.
 *
 * @throws {Problem} see {@link inspectImage}; `invalid-image` when it cannot be decoded
 */
export async function decodeGrey(bytes: Uint8Array, limits: ImageLimits, { maxSide }: { maxSide: number }): Promise<GreyPixels> {
  const image = inspectImage(bytes, limits);
  const whole = decodeSmall(bytes, image) ?? (await decodePlainJpeg(bytes, image, 'grey'));
  if (whole) {
    const grey = greyOf(whole, maxSide);
    if (grey.data !== whole.data) release(whole);
    return grey;
  }
  const reduction = Math.max(1, Math.max(image.width, image.height) / maxSide);
  const width = Math.max(1, Math.round(image.width / reduction));
  const height = Math.max(1, Math.round(image.height / reduction));
  const pixels = await decode(bytes, image, { width, height, colour: image.hasAlpha ? 'rgba' : 'grey' });
  return { ...(image.hasAlpha ? onContrast(pixels) : pixels), reduction };
}

/** Halves as often as it takes. */
function greyOf(pixels: Pixels, maxSide: number): GreyPixels {
  let grey: Pixels | undefined;
  let reduction = 1;
  if (pixels.channels === 4 && Math.max(pixels.width, pixels.height) > maxSide) {
    grey = halveOpaque(pixels);
    if (grey) reduction = 2;
  }
  grey ??= pixels.channels % 2 === 1 ? convertPixels(pixels, 'grey') : onContrast(convertPixels(pixels, 'rgba'));
  for (; Math.max(grey.width, grey.height) > maxSide; reduction *= 2) grey = halve(grey);
  return { ...grey, reduction };
}

/** @param pixels 4 channels */
function onContrast({ data, width, height }: Pixels): Pixels {
  const grey = new Uint8Array(width * height);
  let opacity = 255;
  for (let i = 0, o = 0; o < grey.length; i += 4, o++) {
    grey[o] = luma(data[i]!, data[i + 1]!, data[i + 2]!);
    opacity &= data[i + 3]!;
  }
  if (opacity === 255) return { data: grey, width, height, channels: 1 };

  let shade = 0;
  let weight = 0;
  for (let i = 3, o = 0; o < grey.length; i += 4, o++) {
    shade += grey[o]! * data[i]!;
    weight += data[i]!;
  }
  const background = shade > 127.5 * weight ? 0 : 255;
  for (let i = 3, o = 0; o < grey.length; i += 4, o++) {
    grey[o] = (grey[o]! * data[i]! + background * (255 - data[i]!) + 127) / 255;
  }
  return { data: grey, width, height, channels: 1 };
}
