import type { DigitAnswer } from '@facet/contracts';
import { softmax } from '@facet/inference';
import { meanProbabilities } from '@facet/serving/kind';

type Digit = Omit<DigitAnswer, 'inference_time_seconds' | 'timestamp'>;

/**
 * @param logits ten values, one a digit
 * @param digits that are in view
 */
export function toAnswer(logits: Float32Array, digits = 1): Digit {
  const several = digits > 1 && { rejected: true, reject_reason: 'several-digits' as const, warnings: [severalWarning(digits)] };
  return { ...ofProbabilities(probabilitiesOf(logits)), ...several };
}

function severalWarning(digits: number): string {
  return `The image shows ${digits} digits, of which one was read. Send it to /digit/read to read all.`;
}

/** By digit, '0' to '9'. */
export function probabilitiesOf(logits: Float32Array): Record<string, number> {
  return Object.fromEntries(softmax(logits, 0, 10).map((probability, digit) => [String(digit), probability]));
}

/** Several models' answers to the same picture as one: the mean of their probabilities. */
export function fuseDigits(answers: readonly (Pick<Digit, 'all_probabilities'> & Partial<Digit>)[]): Digit {
  // All versions look at the same picture.
  const { rejected = false, reject_reason = null, warnings } = answers[0] ?? {};
  const fused = ofProbabilities(meanProbabilities(answers.map(({ all_probabilities }) => all_probabilities)));
  return { ...fused, rejected, reject_reason, ...(warnings && { warnings }) };
}

export function ofProbabilities(all_probabilities: Record<string, number>): Digit {
  const probabilities = Object.values(all_probabilities);
  const confidence = Math.max(...probabilities);
  return { predicted_digit: probabilities.indexOf(confidence), confidence, all_probabilities, rejected: false, reject_reason: null };
}
