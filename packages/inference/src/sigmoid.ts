/**
 * Turns logits into probabilities that do not depend on each other.
 *
 * @param offset where the row begins
 * @param count labels in a row
 */
export function sigmoid(logits: Float32Array, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, label) => 1 / (1 + Math.exp(-logits[offset + label]!)));
}
