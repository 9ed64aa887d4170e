import { channelsOf, fitImage, layPixels, type FittedImage, type ImageLimits } from '@facet/imaging';
import { takeFloats, type PicturePreprocessing } from '@facet/inference';
import type { StageClock } from '@facet/telemetry';

/** A picture as the model takes it, and as it was decoded for that. */
export interface Prepared extends Pick<FittedImage, 'pixels' | 'image'> {
  /** [channels, height, width], or [height, width, channels]. */
  readonly tensor: Float32Array;
}

/** @throws {Problem} see `fitImage` */
export async function prepare(bytes: Uint8Array, limits: ImageLimits, settings: PicturePreprocessing, clock?: StageClock): Promise<Prepared> {
  const fitted = await fitImage(bytes, limits, settings);
  clock?.mark('decode');
  const tensor = layPixels(fitted, settings, settings, takeFloats(channelsOf(settings.colour) * settings.width * settings.height));
  clock?.mark('preprocess');
  return { tensor, pixels: fitted.pixels, image: fitted.image };
}
