import { overlapOf } from '@facet/math';

/** The parts of an answer by which two versions are compared. */
interface Comparable {
  readonly gesture?: unknown;
  readonly predicted_digit?: unknown;
  readonly class_name?: unknown;
  /** Of a classifier that gives a picture several labels. */
  readonly labels?: readonly { readonly class_name: string }[];
  readonly detections?: readonly { readonly class_name: string; readonly bbox: readonly number[] }[];
}

/** Boxes that overlap by so much show the same object. */
const sameObject = 0.5;

/**
 * Whether two versions answered the same: the same class, the same labels, or the same objects in the same places.
 *
 * @returns undefined where these are no answers that can be compared
 */
export function agree(a: Comparable, b: Comparable): boolean | undefined {
  if (a.gesture !== undefined && b.gesture !== undefined) return a.gesture === b.gesture;
  if (a.predicted_digit !== undefined && b.predicted_digit !== undefined) return a.predicted_digit === b.predicted_digit;
  if (a.labels && b.labels) return namesOf(a.labels) === namesOf(b.labels);
  if (a.class_name !== undefined && b.class_name !== undefined) return a.class_name === b.class_name;
  if (!a.detections || !b.detections) return undefined;
  if (a.detections.length !== b.detections.length) return false;
  const left = [...b.detections];
  return a.detections.every((one) => {
    const at = left.findIndex((other) => other.class_name === one.class_name && overlapOf(one.bbox, other.bbox) >= sameObject);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function namesOf(labels: NonNullable<Comparable['labels']>): string {
  return JSON.stringify(labels.map(({ class_name }) => class_name).toSorted());
}
