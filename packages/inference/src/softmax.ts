/**
 * Turns logits into probabilities; the largest is subtracted first, so that no logit overflows.
 *
 * @param offset where the row begins
 * @param count classes in a row
 */
export function softmax(logits: Float32Array, offset: number, count: number): number[] {
  let largest = -Infinity;
  for (let i = 0; i < count; i++) largest = Math.max(largest, logits[offset + i]!);
  const shares: number[] = [];
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const share = Math.exp(logits[offset + i]! - largest);
    shares.push(share);
    sum += share;
  }
  for (let i = 0; i < count; i++) shares[i]! /= sum;
  return shares;
}
