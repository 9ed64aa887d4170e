import sharp from 'sharp';
import type { TakenSample } from './writer.ts';

/** A picture as it is exported. */
export interface UprightPicture {
  /** Without a folder. */
  readonly fileName: string;
  /** JPEG, upright, on white where it was transparent: as the services read it. */
  readonly jpeg: Buffer;
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
}

const limitInputPixels = 40_000_000;

/** The name of a sample as that of a file: ':' is none on every system, and '~' is in no name of a sample. */
const fileNameOf = (id: string): string => `${id.replaceAll(':', '~')}.jpg`;

/**
 * Reads the picture of a sample.
 *
 * @throws {Error} when the sample has none that can be read, with a sentence
 */
export async function uprightPicture({ id, picture }: TakenSample): Promise<UprightPicture> {
  if (!picture) throw new TypeError('expected an image');
  const upright = sharp(picture, { limitInputPixels }).autoOrient().flatten({ background: '#fff' }).jpeg({ quality: 95 });
  const { data: jpeg, info } = await upright.toBuffer({ resolveWithObject: true });
  return { fileName: fileNameOf(id), jpeg, width: info.width, height: info.height };
}
