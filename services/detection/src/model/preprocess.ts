import { takeFloats } from '@facet/inference';
import { letterboxImage, toTensor, type ImageLimits, type Letterbox } from '@facet/imaging';
import type { StageClock } from '@facet/telemetry';

/** How a manifest says that its model wants pictures. */
export interface LetterboxSettings {
  /** Side of the model's input, in pixels. */
  readonly size: number;
  readonly colour: 'rgb' | 'bgr';
  /** For values of 0 to 255, in the order of the planes. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly anchor: 'top-left' | 'centre';
  /** Shade of the padding, 0 to 255. */
  readonly pad: number;
}

/** A picture as the model sees it, and the way back to the picture's own pixels. */
export interface Prepared extends Letterbox {
  /** [3, size, size] */
  readonly tensor: Float32Array;
}

/** @throws {Problem} see `letterboxImage` */
export async function prepare(bytes: Uint8Array, limits: ImageLimits, settings: LetterboxSettings, clock?: StageClock): Promise<Prepared> {
  const { pixels, ...geometry } = await letterboxImage(bytes, limits, settings);
  clock?.mark('decode');
  const tensor = toTensor(pixels, { ...settings, ...geometry }, takeFloats(3 * settings.size ** 2));
  clock?.mark('preprocess');
  return { tensor, pixels, ...geometry };
}
