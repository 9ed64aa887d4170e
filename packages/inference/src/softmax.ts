/**
 * Turns logits into probabilities; the largest is subtracted first, so that no logit overflows.
 *
 * @param offset where the row begins
 * @param count classes in a row
 */
export function softmax(logits: Float32Array, offset: number, count: number): number[] {
  const row = Array.from(logits.subarray(offset, offset + count));
  const largest = Math.max(...row);
  const exponentials = row.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
