import { z } from 'zod';

const detection = z.object({ class_name: z.string(), confidence: z.number(), bbox: z.array(z.number()).length(4) });
const golden = z.object({ confThreshold: z.number(), detections: z.array(detection) });

type Detection = z.infer<typeof detection>;

/** Decoders and resizers differ in a grey level here and there, which moves a confidence this far, and a box this share of its size. */
const confidenceMargin = 0.1;
const boxMargin = 0.05;

function isSame(a: Detection, b: Detection): boolean {
  const [x1, y1, x2, y2] = a.bbox as [number, number, number, number];
  const reach = 3 + boxMargin * Math.max(x2 - x1, y2 - y1);
  return (
    a.class_name === b.class_name &&
    Math.abs(a.confidence - b.confidence) <= confidenceMargin &&
    a.bbox.every((side, index) => Math.abs(side - b.bbox[index]!) <= reach)
  );
}

function describe({ class_name, confidence, bbox }: Detection): string {
  return `${class_name} ${confidence.toFixed(2)} at ${bbox.map((side) => Math.round(side)).join(', ')}`;
}

/**
 * Compares detections with the golden ones, in both directions. Those within the margin of the threshold may be there or not.
 *
 * @param expected `golden/output.json`
 * @returns one line a difference
 */
export function compareDetections(expected: unknown, answer: { readonly detections: readonly Detection[] }): string[] {
  const { confThreshold, detections } = golden.parse(expected);
  const isClear = ({ confidence }: Detection) => confidence >= confThreshold + confidenceMargin;
  const lacks = (these: readonly Detection[], those: readonly Detection[]) => these.filter((one) => isClear(one) && !those.some((other) => isSame(one, other)));
  return [
    ...lacks(detections, answer.detections).map((one) => `expected ${describe(one)}, found none like it`),
    ...lacks(answer.detections, detections).map((one) => `found ${describe(one)}, which was not expected`),
  ];
}
