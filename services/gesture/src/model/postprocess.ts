import type { Action } from '@facet/contracts';
import { softmax } from '@facet/inference';

interface Gesture {
  gesture: string;
  gesture_id: number;
  confidence: number;
  probabilities: Record<string, number>;
  action: Action | null;
}

/**
 * @param logits one value a label
 * @param actions by a label's name, since its number differs between training runs
 */
export function toAnswer(logits: Float32Array, labels: readonly string[], actions: Readonly<Record<string, Action>>): Gesture {
  const shares = softmax(logits, 0, labels.length);
  const confidence = Math.max(...shares);
  const id = shares.indexOf(confidence);
  const gesture = labels[id]!;
  return {
    gesture,
    gesture_id: id,
    confidence,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, shares[i]!])),
    action: Object.hasOwn(actions, gesture) ? actions[gesture]! : null,
  };
}
