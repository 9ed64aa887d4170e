import { objectUncertainty } from '@facet/capture';
import type { DetectionAnswer } from '@facet/contracts';
import { fileTypeOf, fingerprint, measurePixels, release, type Pixels } from '@facet/imaging';
import { measurePicture, rounded, type Watch } from '@facet/serving/kind';
import { detectionFeatures } from './features.ts';
import type { Geometry } from './postprocess.ts';

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Where a model's pixels lie in a picture, and what that one is made of. */
export type View = Geometry & { readonly channels: number };

/** A picture as it was decoded, where one was sent, and how the model looked at it. */
export interface SeenPicture {
  readonly pixels: Pixels | undefined;
  readonly view: View;
}

type Answer = Pick<DetectionAnswer, 'detections' | 'image_shape'>;

const perObject = ({ detections }: Answer) => detections.map(({ confidence }) => objectUncertainty(confidence));

/** How pictures of objects are watched. A picture is as uncertain as its objects are on average: the most uncertain one would keep every crowded scene (Brust et al., 2019). */
export const detectionWatch: Watch<{ readonly bytes: Buffer }, Answer, Pick<SeenPicture, 'pixels'>> = {
  features: detectionFeatures,
  measure({ detections, image_shape }, { pixels }) {
    const [height, width] = image_shape;
    const area = mean(detections.map(({ bbox: [x1, y1, x2, y2] }) => ((x2 - x1) * (y2 - y1)) / (width * height)));
    const confidence = mean(detections.map((found) => found.confidence));
    const share = pixels ? area : Number.NaN;
    return rounded([
      ...measurePicture(pixels && measurePixels(pixels), { width, height }),
      detections.length,
      share,
      confidence,
      detections[0]?.class_id ?? Number.NaN,
    ]);
  },
  uncertainty: (answer) => (answer.detections.length === 0 ? 0 : mean(perObject(answer))),
  parts: perObject,
  // Asked only of what may become a sample, which a tensor does not.
  fingerprint: ({ pixels }) => fingerprint(pixels!),
  sample: ({ bytes }) => ({ bytes, ...fileTypeOf(bytes) }),
  forget: ({ pixels }) => pixels && release(pixels),
};
