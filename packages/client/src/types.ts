import type { BatchAnswer, ClassificationAnswer, DetectionAnswer, DigitAnswer, Envelope, GestureAnswer } from '@facet/contracts';

/** An encoded image: JPEG, PNG, WebP, GIF or TIFF. */
export type Picture = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
}

type Landmarks = readonly Point[] | readonly (readonly number[])[] | readonly number[] | readonly (readonly Point[])[];

/** A hand in any of the shapes that clients have: 21 points, triples or pairs, one row of numbers, or what MediaPipe gives. */
export type Hand =
  | { readonly landmarks: Landmarks; readonly image?: { readonly width: number; readonly height: number }; readonly handedness?: string }
  | ({ readonly image?: { readonly width: number; readonly height: number } } & (
      | { readonly multiHandLandmarks: readonly (readonly Point[])[] }
      | { readonly hand_landmarks: readonly (readonly Point[])[] }
      | { readonly handLandmarks: readonly (readonly Point[])[] }
      | { readonly keypoints: readonly Point[] }
    ))
  | Readonly<Record<`${'x' | 'y' | 'z'}${number}`, number>>;

export type Gesture = Envelope & GestureAnswer;
export type Digit = Envelope & DigitAnswer;
export type Detection = Envelope & DetectionAnswer;
export type Classification = Envelope & ClassificationAnswer;

type Problem = Extract<BatchAnswer['results'][number], { problem: unknown }>;

/** The answer to a batch: a result or a problem an item, in the order in which they were sent. */
export type BatchOf<T> = Omit<BatchAnswer, 'results'> & { results: ({ index: number; status: 200; result: T } | Problem)[] };
