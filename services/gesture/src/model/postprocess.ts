import type { Action, GestureAnswer } from '@facet/contracts';
import { softmax, type Rejection } from '@facet/inference';
import { judgeStranger } from './no-gesture.ts';

export type Gesture = Omit<GestureAnswer, 'inference_time' | 'timestamp'>;

/** How an answer is read from logits. */
interface Reading {
  readonly labels: readonly string[];
  /** By a label's name, since its number differs between training runs. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Undefined where nobody calibrated it. */
  readonly rejection: Rejection | undefined;
  /** Whether a rejected hand keeps the action of the gesture that it looks most like. */
  readonly rejectedAction: 'keep' | 'none';
}

/** @param logits one value a label */
export function toAnswer(logits: Float32Array, { labels, actions, rejection, rejectedAction }: Reading): Gesture {
  const shares = softmax(logits, 0, labels.length);
  const confidence = Math.max(...shares);
  const id = shares.indexOf(confidence);
  const gesture = labels[id]!;
  const stranger = rejection && judgeStranger(logits, confidence, rejection);
  const acts = Object.hasOwn(actions, gesture) && !(stranger?.rejected && rejectedAction === 'none');
  return {
    gesture,
    gesture_id: id,
    confidence,
    probabilities: Object.fromEntries(labels.map((label, i) => [label, shares[i]!])),
    action: acts ? actions[gesture]! : null,
    ...(stranger && { no_gesture: stranger }),
  };
}
