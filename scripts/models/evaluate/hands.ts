import { inParallel, readHands, sharedData, type Hand } from '@facet/testkit';
import { ask, lanes, spread, type Evaluator } from './evaluator.ts';

const file = 'gesture/hagrid18.csv.gz';

/** x, y, z of a row as a camera would see them: in pixels, the wrist in the middle of the frame. */
function landmarksOf({ values }: Hand): { x: number; y: number; z: number }[] {
  return Array.from({ length: 21 }, (_, point) => ({ x: 640 + 200 * values[point * 3]!, y: 400 + 200 * values[point * 3 + 1]!, z: values[point * 3 + 2]! }));
}

function testRows(): Hand[] {
  return readHands(sharedData(file)!).filter(({ split }) => split === 'test');
}

/** The test rows of the HaGRID landmarks, sent as JSON. */
export const hands: Evaluator = {
  metric: 'accuracy',
  dataset: 'HaGRID landmarks, test rows',
  tolerance: 0.00005,
  missing: () => (sharedData(file) === undefined ? `shared/data/${file} is not beside the checkout` : undefined),

  unsuited(labels) {
    const known = new Set(labels);
    const strange = [...new Set(testRows().map(({ label }) => label))].filter((label) => !known.has(label));
    return strange.length === 0 ? undefined : `it does not know ${strange.slice(0, 3).join(', ')}`;
  },

  async measure(url, sample) {
    const rows = testRows();
    const chosen = spread(rows, sample);
    const right = await inParallel(chosen, lanes, async (hand) => {
      const { gesture } = await ask<{ gesture: string }>(url, { landmarks: landmarksOf(hand) });
      return gesture === hand.label;
    });
    return { value: right.filter(Boolean).length / chosen.length, samples: chosen.length, of: rows.length };
  },
};
