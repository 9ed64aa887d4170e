import { classUncertainty } from '@facet/capture';
import { rounded, type Watch } from '@facet/serving/kind';
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
function measureHand(hand: Float32Array): [direction: number, turn: number, span: number, stretch: number, form: number, width: number] {
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  for (let at = 0; at < hand.length; at += 2) {
    left = Math.min(left, hand[at]!);
    right = Math.max(right, hand[at]!);
    top = Math.min(top, hand[at + 1]!);
    bottom = Math.max(bottom, hand[at + 1]!);
  }
  let tips = 0;
  let knuckles = 0;
  for (const { knuckle, tip } of fingers) {
    tips += distance(hand, tip, wrist);
    knuckles += distance(hand, knuckle, wrist);
  }
  const length = Math.max(distance(hand, middleKnuckle, wrist), 1e-3);
  return [
    (Math.atan2(hand[2 * middleKnuckle]!, -hand[2 * middleKnuckle + 1]!) * 180) / Math.PI,
    hand[2 * indexKnuckle]! * hand[2 * littleKnuckle + 1]! - hand[2 * indexKnuckle + 1]! * hand[2 * littleKnuckle]!,
    distance(hand, thumbTip, littleTip),
    tips / Math.max(knuckles, 1e-3),
    (right - left) / Math.max(bottom - top, 1e-3),
    distance(hand, indexKnuckle, littleKnuckle) / length,
  ];
}

function distance(hand: Float32Array, a: number, b: number): number {
  const x = hand[2 * a]! - hand[2 * b]!;
  const y = hand[2 * a + 1]! - hand[2 * b + 1]!;
  // Math.hypot guards against what hands cannot be, at ten times the cost.
  return Math.sqrt(x * x + y * y);
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
