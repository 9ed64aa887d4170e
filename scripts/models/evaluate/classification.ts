import { rounding, type Finding } from './evaluator.ts';

/** What a classifier said of one item. */
export interface Classified {
  readonly truth: string;
  readonly predicted: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

/** Equal bins of confidence, as manifests' calibration errors are counted. */
const bins = 15;
/** A confidence that lies on the edge of a bin may fall to either side of it. */
const calibrationTolerance = 0.0005;

function share(items: readonly unknown[], of: readonly unknown[]): number {
  return of.length === 0 ? 0 : items.length / of.length;
}

/** Mean over classes of the harmonic mean of precision and recall. */
export function macroF1(answers: readonly Classified[]): number {
  const classes = Object.keys(answers[0]!.probabilities);
  const scores = classes.map((name) => {
    const right = answers.filter(({ truth, predicted }) => truth === name && predicted === name).length;
    const named = answers.filter(({ truth, predicted }) => truth === name || predicted === name);
    // 2 TP / (2 TP + FP + FN)
    return right + named.length === 0 ? 0 : (2 * right) / (right + named.length);
  });
  return scores.reduce((sum, score) => sum + score, 0) / classes.length;
}

/** Expected calibration error (Guo et al. 2017): mean gap between confidence and accuracy over bins of confidence. */
export function calibrationError(answers: readonly Classified[]): number {
  const confidenceOf = ({ probabilities }: Classified) => Math.max(...Object.values(probabilities));
  const byBin = Map.groupBy(answers, (answer) => Math.min(Math.trunc(confidenceOf(answer) * bins), bins - 1));
  let gaps = 0;
  for (const members of byBin.values()) {
    const right = members.filter(({ truth, predicted }) => truth === predicted).length;
    gaps += Math.abs(right - members.reduce((sum, answer) => sum + confidenceOf(answer), 0));
  }
  return gaps / answers.length;
}

/** Accuracy, macro F1 and calibration of a classifier's answers to `of` items, or to a sample of them. */
export function judgeClassifier(answers: readonly Classified[], of: number): Finding[] {
  const counts = { samples: answers.length, of };
  const right = answers.filter(({ truth, predicted }) => truth === predicted);
  return [
    { metric: 'accuracy', value: share(right, answers), kind: 'share', tolerance: rounding, ...counts },
    { metric: 'macro F1', value: macroF1(answers), kind: 'higher', tolerance: rounding, ...counts },
    { metric: 'expected calibration error', value: calibrationError(answers), kind: 'lower', tolerance: calibrationTolerance, ...counts },
  ];
}
