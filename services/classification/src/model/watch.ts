import { fileTypeOf, fingerprint, measurePixels, release, type Pixels } from '@facet/imaging';
import { measurePicture, rounded, type Watch } from '@facet/serving/kind';
import type { Classified } from './classified.ts';
import { classificationFeatures } from './features.ts';

/** A picture as it was decoded, and its own size; both are absent where a tensor came. */
export interface SeenPicture {
  readonly pixels: Pixels | undefined;
  readonly size: { readonly width: number; readonly height: number };
}

/** How pictures are watched. */
export const classificationWatch: Watch<{ readonly bytes: Buffer }, Classified, SeenPicture> = {
  features: classificationFeatures,
  measure: ({ class_id, confidence }, { pixels, size }) => rounded([...measurePicture(pixels && measurePixels(pixels), size), confidence, class_id]),
  uncertainty: ({ uncertainty }) => uncertainty,
  // Asked only of what may become a sample, which a tensor does not.
  fingerprint: ({ pixels }) => fingerprint(pixels!),
  sample: ({ bytes }) => ({ bytes, ...fileTypeOf(bytes) }),
  forget: ({ pixels }) => pixels && release(pixels),
};
