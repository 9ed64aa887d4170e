/** One hand: 21 points as shares of a frame, in MediaPipe's order, and the frame's size. */
export interface Hand {
  readonly landmarks: readonly { readonly x: number; readonly y: number }[];
  readonly image: { readonly width: number; readonly height: number };
}

/** Which points are joined: the fingers from the wrist, and the palm. */
export const bones: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4],
  [0, 5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
  [0, 17, 18, 19, 20],
  [5, 9, 13, 17],
];

/** A hand between two others. */
export function blend(from: Hand, to: Hand, share: number): Hand {
  return {
    image: to.image,
    landmarks: to.landmarks.map(({ x, y }, index) => {
      const before = from.landmarks[index]!;
      return { x: before.x + (x - before.x) * share, y: before.y + (y - before.y) * share };
    }),
  };
}
