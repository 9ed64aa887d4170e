import { softmax } from '@facet/inference';
import { meanProbabilities } from '@facet/serving/kind';

interface Digit {
  readonly predicted_digit: number;
  readonly confidence: number;
  readonly all_probabilities: Record<string, number>;
}

/** @param logits ten values, one a digit */
export function toAnswer(logits: Float32Array): Digit {
  return ofProbabilities(Object.fromEntries(softmax(logits, 0, 10).map((probability, digit) => [String(digit), probability])));
}

/** Several models' answers to the same picture as one: the mean of their probabilities. */
export function fuseDigits(answers: readonly Pick<Digit, 'all_probabilities'>[]): Digit {
  return ofProbabilities(meanProbabilities(answers.map(({ all_probabilities }) => all_probabilities)));
}

function ofProbabilities(all_probabilities: Record<string, number>): Digit {
  const probabilities = Object.values(all_probabilities);
  const confidence = Math.max(...probabilities);
  return { predicted_digit: probabilities.indexOf(confidence), confidence, all_probabilities };
}
