import { objectUncertainty } from '@facet/capture';
import type { DetectionAnswer } from '@facet/contracts';
import { fileTypeOf, fingerprint, measurePixels, type Pixels } from '@facet/imaging';
import { rounded, type Watch } from '@facet/serving';
import { detectionFeatures } from './features.ts';

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

type Answer = Pick<DetectionAnswer, 'detections' | 'image_shape'>;

const perObject = ({ detections }: Answer) => detections.map(({ confidence }) => objectUncertainty(confidence));

/** How pictures of objects are watched. A picture is as uncertain as its objects are on average: the most uncertain one would keep every crowded scene (Brust et al., 2019). */
export const detectionWatch: Watch<{ readonly bytes: Buffer }, Answer, Pixels> = {
  features: detectionFeatures,
  measure({ detections, image_shape: [height, width] }, pixels) {
    const { brightness, contrast, sharpness, saturation, warmth } = measurePixels(pixels);
    const area = mean(detections.map(({ bbox: [x1, y1, x2, y2] }) => ((x2 - x1) * (y2 - y1)) / (width * height)));
    const confidence = mean(detections.map((found) => found.confidence));
    return rounded([
      brightness,
      contrast,
      sharpness,
      saturation,
      warmth,
      width,
      height,
      detections.length,
      area,
      confidence,
      detections[0]?.class_id ?? Number.NaN,
    ]);
  },
  uncertainty: (answer) => (answer.detections.length === 0 ? 0 : mean(perObject(answer))),
  parts: perObject,
  fingerprint,
  sample: ({ bytes }) => ({ bytes, ...fileTypeOf(bytes) }),
};
