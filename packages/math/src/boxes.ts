/**
 * Intersection over union of two boxes.
 *
 * @param a corners x1, y1, x2, y2, in the same unit as those of `b`
 * @param aAt where the corners of `a` begin, for boxes that lie one after the other
 * @returns 0 where the boxes have no area in common
 */
export function overlapOf(a: ArrayLike<number>, b: ArrayLike<number>, aAt = 0, bAt = 0): number {
  const shared = sharedArea(a, b, aAt, bAt);
  return shared === 0 ? 0 : shared / (areaOf(a, aAt) + areaOf(b, bAt) - shared);
}

/** The area that two boxes have in common. */
export function sharedArea(a: ArrayLike<number>, b: ArrayLike<number>, aAt = 0, bAt = 0): number {
  const width = Math.min(a[aAt + 2]!, b[bAt + 2]!) - Math.max(a[aAt]!, b[bAt]!);
  const height = Math.min(a[aAt + 3]!, b[bAt + 3]!) - Math.max(a[aAt + 1]!, b[bAt + 1]!);
  return width <= 0 || height <= 0 ? 0 : width * height;
}

export function areaOf(corners: ArrayLike<number>, at = 0): number {
  return (corners[at + 2]! - corners[at]!) * (corners[at + 3]! - corners[at + 1]!);
}
