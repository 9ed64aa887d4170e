import { classUncertainty } from '@facet/capture';
import { rounded, type Watch } from '@facet/serving';
import { handFeatures } from './features.ts';
import type { Landmarks } from './landmarks.ts';
import type { Gesture } from './postprocess.ts';

/** Points that are looked at, in MediaPipe's numbers. */
const [wrist, thumbTip, indexKnuckle, middleKnuckle, littleKnuckle, littleTip] = [0, 4, 5, 9, 17, 20];
const fingers = [
  { knuckle: 5, tip: 8 },
  { knuckle: 9, tip: 12 },
  { knuckle: 13, tip: 16 },
  { knuckle: 17, tip: 20 },
];

/** @param hand the model's 42 features: x and y of each point from the wrist, in hands */
function measureHand(hand: Float32Array): number[] {
  const x = (point: number) => hand[2 * point]!;
  const y = (point: number) => hand[2 * point + 1]!;
  const distance = (a: number, b: number) => Math.hypot(x(a) - x(b), y(a) - y(b));
  let [left, right, top, bottom, tips, knuckles] = [0, 0, 0, 0, 0, 0];
  for (let point = 0; point < hand.length / 2; point++) {
    left = Math.min(left, x(point));
    right = Math.max(right, x(point));
    top = Math.min(top, y(point));
    bottom = Math.max(bottom, y(point));
  }
  for (const { knuckle, tip } of fingers) {
    tips += distance(tip, wrist);
    knuckles += distance(knuckle, wrist);
  }
  const length = Math.max(distance(middleKnuckle, wrist), 1e-3);
  return [
    (Math.atan2(x(middleKnuckle), -y(middleKnuckle)) * 180) / Math.PI,
    x(indexKnuckle) * y(littleKnuckle) - y(indexKnuckle) * x(littleKnuckle),
    distance(thumbTip, littleTip),
    tips / Math.max(knuckles, 1e-3),
    (right - left) / Math.max(bottom - top, 1e-3),
    distance(indexKnuckle, littleKnuckle) / length,
  ];
}

/** Side of the cells into which the plane is laid out for the fingerprint, in hands: a trembling hand stays in its cells, another one does not. */
const cell = 0.5;
/** Coordinates of all points but the wrist, which lies in the origin. */
const coordinates = 40;

/** How hands are watched. */
export const handWatch: Watch<Landmarks, Gesture, Float32Array> = {
  features: handFeatures,
  measure: ({ confidence, gesture_id }, hand) => rounded([...measureHand(hand), confidence, gesture_id]),
  uncertainty: ({ probabilities }) => classUncertainty(Object.values(probabilities)),
  fingerprint(hand) {
    const words: [number, number] = [0, 0];
    for (let bit = 0; bit < 64; bit++) {
      // Whether the coordinate lies in a cell of odd number; those that are looked at twice, the second time by cells half a side on.
      const value = hand[2 + (bit % coordinates)]! / cell + (bit < coordinates ? 0 : 0.5);
      if (Math.floor(value) & 1) words[bit >> 5]! |= 1 << (bit & 31);
    }
    return words;
  },
  sample({ points, image }) {
    const landmarks = Array.from({ length: points.length / 2 }, (_, index) => [points[2 * index], points[2 * index + 1]]);
    return { bytes: Buffer.from(JSON.stringify({ landmarks, ...(image && { image }) })), extension: 'json', contentType: 'application/json' };
  },
};
