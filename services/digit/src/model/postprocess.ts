import { softmax } from '@facet/inference';

/** @param logits ten values, one a digit */
export function toAnswer(logits: Float32Array): { predicted_digit: number; confidence: number; all_probabilities: Record<string, number> } {
  const probabilities = softmax(logits, 0, 10);
  const confidence = Math.max(...probabilities);
  return {
    predicted_digit: probabilities.indexOf(confidence),
    confidence,
    all_probabilities: Object.fromEntries(probabilities.map((probability, digit) => [String(digit), probability])),
  };
}
