import { inParallel, missingData, readHands, sharedData, type Hand } from '@facet/testkit';
import { judgeClassifier, type Classified } from './classification.ts';
import { ask, lanes, rounding, spread, type Evaluator, type Finding } from './evaluator.ts';

/** Below `shared/data`. */
export const handsFile = 'gesture/hagrid18.csv.gz';

interface Answer {
  readonly gesture: string;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly no_gesture?: { readonly rejected: boolean };
}

/** Where a point of a hand goes, in units of the hand's reach from its wrist. */
type Move = (x: number, y: number) => readonly [number, number];

const asIs: Move = (x, y) => [x, y];
const golden = (Math.sqrt(5) - 1) / 2;

/** Turns about the wrist, clockwise on a screen. */
function turn(degrees: number): Move {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (x, y) => [x * cos - y * sin, x * sin + y * cos];
}

/** How hands are changed before they are sent, by metric; `index` is that of the test row. */
const changes: Readonly<Record<string, (index: number) => Move>> = {
  'accuracy, mirrored hands': () => (x, y) => [-x, y],
  'accuracy, turned by +20 degrees': () => turn(20),
  'accuracy, turned by -20 degrees': () => turn(-20),
  // Multiples of the golden ratio fill the range evenly, so that no drawn angles need to be kept.
  'accuracy, turned by up to 20 degrees': (index) => turn(40 * ((index * golden) % 1) - 20),
};

/** x, y, z of a row as a camera would see them: in pixels, the wrist in the middle of the frame. */
export function landmarksOf({ values }: Hand, move: Move = asIs): { x: number; y: number; z: number }[] {
  return Array.from({ length: 21 }, (_, point) => {
    const [x, y] = move(values[point * 3]!, values[point * 3 + 1]!);
    return { x: 640 + 200 * x, y: 400 + 200 * y, z: values[point * 3 + 2]! };
  });
}

function testRows(): Hand[] {
  return readHands(sharedData(handsFile)!).filter(({ split }) => split === 'test');
}

/** The test rows of the HaGRID landmarks, sent as JSON. */
export const hands: Evaluator = {
  headline: 'accuracy',
  dataset: 'HaGRID landmarks, test rows',
  missing: () => missingData(handsFile),

  unsuited(labels) {
    const known = new Set(labels);
    const strange = [...new Set(testRows().map(({ label }) => label))].filter((label) => !known.has(label));
    return strange.length === 0 ? undefined : `it does not know ${strange.slice(0, 3).join(', ')}`;
  },

  async measure({ url, sample, wanted }) {
    const rows = testRows();
    const chosen = spread([...rows.entries()], sample);
    const askAll = (moveOf: (index: number) => Move): Promise<Answer[]> =>
      inParallel(chosen, lanes, ([index, hand]) => ask<Answer>(url, { landmarks: landmarksOf(hand, moveOf(index)) }));
    const shareOf = (metric: string, answers: readonly Answer[], holds: (answer: Answer, hand: Hand) => boolean): Finding => {
      const count = answers.filter((answer, place) => holds(answer, chosen[place]![1])).length;
      return { metric, value: count / answers.length, kind: 'share', tolerance: rounding, samples: answers.length, of: rows.length };
    };

    const plain = await askAll(() => asIs);
    const classified = plain.map(({ gesture, probabilities }, place): Classified => ({ truth: chosen[place]![1].label, predicted: gesture, probabilities }));
    const findings = judgeClassifier(classified, rows.length);
    if (plain.every(({ no_gesture }) => no_gesture))
      findings.push(shareOf('hands above the rejection threshold', plain, ({ no_gesture }) => no_gesture?.rejected === false));
    for (const [metric, moveOf] of Object.entries(changes)) {
      if (wanted.has(metric)) findings.push(shareOf(metric, await askAll(moveOf), ({ gesture }, { label }) => gesture === label));
    }
    return findings;
  },
};
