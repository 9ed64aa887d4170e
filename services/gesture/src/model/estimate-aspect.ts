import type { ServedModel } from '@facet/serving/kind';
import { softmax, type Rejection, type Tensors, type Work } from '@facet/inference';
import type { Landmarks } from './landmarks.ts';
import { rejectionMargin } from './no-gesture.ts';
import { toFeatures } from './preprocess.ts';

/** Width by height of the frames that cameras give, the square one first: it is kept where no other suits a hand better. */
const usualAspects = { '1:1': 1, '4:3': 4 / 3, '16:9': 16 / 9, '3:4': 3 / 4, '9:16': 9 / 16 } as const;

/** How much the spread of a hand counts beside the model's own score: squeezed hands look like others, so of two frames the wider is the likelier. */
const spreadWeight = 0.6;

/** A hand as the model takes it, and what it says of it. */
export interface FramedHand {
  readonly features: Float32Array;
  readonly outputs: Tensors;
  /** What was assumed of the frame, in a sentence for the client. */
  readonly warning?: string;
}

/**
 * Infers a hand whose coordinates are normalised by a frame of unknown shape: in each usual shape, of which the one counts in which the model
 * takes the hand most for a gesture. A model without a calibrated score takes the frame for square.
 *
 * @throws {Problem} `invalid-landmarks`, and what `infer` throws
 */
export async function inferInUnknownFrame({ points }: Pick<Landmarks, 'points'>, model: ServedModel, work: Work): Promise<FramedHand> {
  const { rejection, labels, outputs: names } = model.manifest;
  const aspects = rejection ? Object.entries(usualAspects) : [['1:1', 1] as const];
  const hands = aspects.map(([name, aspect]) => ({ name, features: toFeatures({ points, aspect }) }));
  work.clock.mark('preprocess');
  const inferred = await Promise.all(
    hands.map(async ({ name, features }) => ({ name, features, outputs: await model.infer(features, [features.length], work) })),
  );
  let best = inferred[0]!;
  if (rejection) {
    const scoreOf = ({ features, outputs }: (typeof inferred)[number]): number =>
      suitability(outputs[names[0]!.name]!.data as Float32Array, labels.length, rejection) + spreadWeight * Math.log(boundingArea(features));
    let most = scoreOf(best);
    for (const each of inferred.slice(1)) {
      const score = scoreOf(each);
      if (score > most) [best, most] = [each, score];
    }
  }
  const { name, features, outputs } = best;
  const how = rejection ? `${name} was estimated from the hand` : `${name} was assumed`;
  return { features, outputs, warning: `The landmarks are normalised and the request has no \`image\`: an aspect ratio of ${how}. ${remedy}` };
}

const remedy = 'Send `image` with the width and height of the frame.';

/** The sentence for a hand whose frame has the shape that the service was set to. */
export function assumedWarning(aspect: number): string {
  const known = Object.entries(usualAspects).find(([, value]) => Math.abs(value - aspect) < 1e-6);
  return `The landmarks are normalised and the request has no \`image\`: an aspect ratio of ${known?.[0] ?? aspect} was assumed. ${remedy}`;
}

function suitability(logits: Float32Array, classes: number, rejection: Rejection): number {
  return rejectionMargin(logits, Math.max(...softmax(logits, 0, classes)), rejection);
}

/** Of the box around a hand, in squares of its reach. */
function boundingArea(features: Float32Array): number {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (let i = 0; i < features.length; i += 2) {
    left = Math.min(left, features[i]!);
    right = Math.max(right, features[i]!);
    top = Math.min(top, features[i + 1]!);
    bottom = Math.max(bottom, features[i + 1]!);
  }
  return (right - left) * (bottom - top);
}
