import type { Action, GestureAnswer } from '@facet/contracts';
import { softmax, type Rejection } from '@facet/inference';
import { meanProbabilities } from '@facet/serving/kind';
import { judgeStranger } from './no-gesture.ts';

export type Gesture = Omit<GestureAnswer, 'inference_time' | 'timestamp'>;

/** What a gesture says of one hand. */
type OneHand = Omit<Gesture, 'hands' | 'warnings'>;

/** What gestures mean. */
interface Meaning {
  /** By a label's name, since its number differs between training runs. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Whether a rejected hand keeps the action of the gesture that it looks most like. */
  readonly rejectedAction: 'keep' | 'none';
}

/** How an answer is read from logits. */
interface Reading extends Meaning {
  readonly labels: readonly string[];
  /** Undefined where nobody calibrated it. */
  readonly rejection: Rejection | undefined;
}

/** @param logits one value a label */
export function toAnswer(logits: Float32Array, { labels, rejection, ...meaning }: Reading): OneHand {
  const shares = softmax(logits, 0, labels.length);
  const stranger = rejection && judgeStranger(logits, Math.max(...shares), rejection);
  return ofProbabilities(Object.fromEntries(labels.map((label, index) => [label, shares[index]!])), stranger, meaning);
}

/** Several models' answers to the same request as one, hand by hand. */
export function fuseGestures(answers: readonly Gesture[], meaning: Meaning): Gesture {
  const warnings = [...new Set(answers.flatMap((answer) => answer.warnings ?? []))];
  const hands = answers[0]?.hands?.map(({ handedness }, index) => ({
    handedness,
    ...fuseHand(
      answers.map((answer) => answer.hands![index]!),
      meaning,
    ),
  }));
  return { ...fuseHand(answers, meaning), ...(hands && { hands }), ...(warnings.length > 0 && { warnings }) };
}

/** Several models' answers to the same hand as one: the mean of their probabilities, and of how little they know it. */
function fuseHand(answers: readonly OneHand[], meaning: Meaning): OneHand {
  const strangers = answers.flatMap(({ no_gesture }) => no_gesture ?? []);
  const score = strangers.reduce((sum, each) => sum + each.score, 0) / strangers.length;
  const stranger = strangers.length === answers.length ? { score, rejected: score > 0.5 } : undefined;
  return ofProbabilities(meanProbabilities(answers.map(({ probabilities }) => probabilities)), stranger, meaning);
}

/** @param probabilities by label, in the model's order */
function ofProbabilities(probabilities: Record<string, number>, stranger: Gesture['no_gesture'], { actions, rejectedAction }: Meaning): OneHand {
  const shares = Object.values(probabilities);
  const confidence = Math.max(...shares);
  const id = shares.indexOf(confidence);
  const gesture = Object.keys(probabilities)[id]!;
  const rejected = stranger?.rejected ?? false;
  const acts = Object.hasOwn(actions, gesture) && !(rejected && rejectedAction === 'none');
  return {
    gesture,
    gesture_id: id,
    confidence,
    probabilities,
    action: acts ? actions[gesture]! : null,
    rejected,
    reject_reason: rejected ? 'no-gesture' : null,
    ...(stranger && { no_gesture: stranger }),
  };
}
