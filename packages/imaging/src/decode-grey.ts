import { luma } from './convert-pixels.ts';
import { decode } from './decoder.ts';
import { inspectImage } from './inspect-image.ts';
import type { ImageLimits, Pixels } from './pixels.ts';

/**
 * Decodes an image to one grey channel, upright, its longer side at most `maxSide` pixels.
 *
 * Transparent pixels get the background that contrasts with the opaque ones: a stroke in white ink on nothing must not end on white.
 *
 * @throws {Problem} see {@link inspectImage}; `invalid-image` when it cannot be decoded
 */
export async function decodeGrey(bytes: Uint8Array, limits: ImageLimits, { maxSide }: { maxSide: number }): Promise<Pixels> {
  const image = inspectImage(bytes, limits);
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  if (!image.hasAlpha) return decode(bytes, image, { width, height, colour: 'grey' });
  return onContrast(await decode(bytes, image, { width, height, colour: 'rgba' }));
}

/** @param pixels 4 channels */
function onContrast({ data, width, height }: Pixels): Pixels {
  const grey = new Uint8Array(width * height);
  let shade = 0;
  let weight = 0;
  for (let i = 0, o = 0; o < grey.length; i += 4, o++) {
    grey[o] = luma(data[i]!, data[i + 1]!, data[i + 2]!);
    shade += grey[o]! * data[i + 3]!;
    weight += data[i + 3]!;
  }
  if (weight === 255 * grey.length) return { data: grey, width, height, channels: 1 };

  const background = shade > 127.5 * weight ? 0 : 255;
  for (let i = 3, o = 0; o < grey.length; i += 4, o++) {
    grey[o] = (grey[o]! * data[i]! + background * (255 - data[i]!) + 127) / 255;
  }
  return { data: grey, width, height, channels: 1 };
}
