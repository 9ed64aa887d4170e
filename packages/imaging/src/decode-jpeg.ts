import turbo from '@julusian/jpeg-turbo';
import type { InspectedImage } from './inspect-image.ts';
import { release, takeSamples } from './pixel-memory.ts';
import type { Pixels } from './pixels.ts';

/** Of larger pictures the general decoder skips what is not needed. */
const maxPixels = 1 << 20;

/**
 * Decodes the plain kind of JPEG at its own size: grey or colour, upright, without a profile, of up to a megapixel.
 *
 * Frames of cameras and pictures in data sets are of this kind. The general decoder hands them from thread to thread in strips, and takes
 * four times as long. Its memory comes from `takeSamples`: `release` it where that is possible.
 *
 * @returns 1 channel for grey, 3 for rgb; undefined when this is another kind of picture, or damaged, for the general decoder to judge
 */
export async function decodePlainJpeg(bytes: Uint8Array, image: InspectedImage, colour: 'grey' | 'rgb'): Promise<Pixels | undefined> {
  const { format, width, height, channels, orientation, hasProfile } = image;
  if (format !== 'jpeg' || orientation !== 1 || hasProfile || (channels !== 1 && channels !== 3) || width * height > maxPixels) return undefined;
  const wanted = colour === 'grey' ? 1 : 3;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = takeSamples(width * height * wanted);
  const pixels = { data, width, height, channels: wanted } as const;
  try {
    const found = await turbo.decompress(file, data, { format: colour === 'grey' ? turbo.FORMAT_GRAY : turbo.FORMAT_RGB });
    if (found.width === width && found.height === height) return pixels;
  } catch {
    // Which of its complaints matter, the general decoder knows.
  }
  release(pixels);
  return undefined;
}
