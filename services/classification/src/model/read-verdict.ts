import { sigmoid, softmax, type Manifest, type Tensors } from '@facet/inference';
import type { Verdict } from './classified.ts';

/**
 * What the outputs of a classifier say of one picture.
 *
 * @param outputs of one row
 * @throws {TypeError} for a model that is no classifier of pictures
 */
export function readVerdict(outputs: Tensors, { head, labels, rejection, outputs: specs }: Manifest): Verdict {
  if (head?.layout !== 'classes') throw new TypeError('a classifier of images has a head of classes');
  const scores = outputs[specs[0]!.name]!.data as Float32Array;
  const { multiLabel } = head;
  const rejectBelow = rejection?.threshold;
  return { probabilities: probabilitiesOf(scores, head, labels.length), labels, multiLabel, rejectBelow };
}

function probabilitiesOf(scores: Float32Array, head: Pick<Extract<Manifest['head'], { layout: 'classes' }>, 'scores' | 'multiLabel'>, count: number): number[] {
  if (head.scores === 'logits') return head.multiLabel ? sigmoid(scores, 0, count) : softmax(scores, 0, count);
  // What a graph makes of them in 32 bits may exceed 1 in the last of them.
  return Array.from({ length: count }, (_, id) => Math.min(1, Math.max(0, scores[id]!)));
}
