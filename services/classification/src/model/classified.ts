import { classUncertainty, objectUncertainty } from '@facet/capture';
import type { ClassificationAnswer, ClassificationOptions } from '@facet/contracts';
import { bestFirst } from './best-first.ts';

type Wire = Omit<ClassificationAnswer, 'inference_time' | 'timestamp'>;
type Scored = Wire['top'][number];

/** What a model says of a picture. */
export interface Verdict {
  /** By class, in the order of the labels. */
  readonly probabilities: readonly number[];
  readonly labels: readonly string[];
  /** Whether a picture may have several labels. */
  readonly multiLabel: boolean;
  /** The confidence below which a picture shows none of the classes; undefined without a calibrated threshold. */
  readonly rejectBelow: number | undefined;
}

/** An answer. Its own members are what goes over the wire; the verdict that it was made from stays here. */
export class Classified implements Wire {
  readonly class_id: number;
  readonly class_name: string;
  readonly confidence: number;
  readonly top: Scored[];
  readonly labels: Scored[] | undefined;
  readonly rejected: boolean;
  readonly reject_reason: Wire['reject_reason'];
  readonly #verdict: Verdict;

  constructor(verdict: Verdict, { top_k, threshold }: ClassificationOptions) {
    const { probabilities, labels, multiLabel, rejectBelow } = verdict;
    const scored = (id: number): Scored => ({ class_id: id, class_name: labels[id]!, confidence: probabilities[id]! });
    const above = multiLabel ? probabilities.filter((probability) => probability >= threshold).length : 0;
    const best = bestFirst(probabilities, Math.max(top_k, above)).map(scored);
    ({ class_id: this.class_id, class_name: this.class_name, confidence: this.confidence } = best[0]!);
    this.top = best.slice(0, top_k);
    this.labels = multiLabel ? best.slice(0, above) : undefined;
    this.rejected = rejectBelow !== undefined && this.confidence < rejectBelow;
    this.reject_reason = this.rejected ? 'not-in-classes' : null;
    this.#verdict = verdict;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** From 0, as sure as can be, to 1: with several labels that of the label which is nearest to a toss-up. */
  get uncertainty(): number {
    const { probabilities, multiLabel } = this.#verdict;
    return multiLabel ? Math.max(...probabilities.map(objectUncertainty)) : classUncertainty(probabilities);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Several models' answers to the same picture as one: the mean of their probabilities, and of the confidences below which they reject, where
 * all have one.
 */
export function fuseClasses(answers: readonly Classified[], options: ClassificationOptions): Classified {
  const verdicts = answers.map(({ verdict }) => verdict);
  const [{ labels }] = verdicts as [Verdict];
  const thresholds = verdicts.flatMap(({ rejectBelow }) => rejectBelow ?? []);
  return new Classified(
    {
      labels,
      probabilities: labels.map((_, id) => mean(verdicts.map(({ probabilities }) => probabilities[id]!))),
      multiLabel: verdicts.every(({ multiLabel }) => multiLabel),
      rejectBelow: thresholds.length === verdicts.length ? mean(thresholds) : undefined,
    },
    options,
  );
}
