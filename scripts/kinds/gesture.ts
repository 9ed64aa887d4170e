import { missingData, readHands, sharedData } from '@facet/testkit';
import { hands, handsFile } from '../models/evaluate/hands.ts';
import { understandClassifier } from '../models/import/classifier.ts';
import { toProbabilities } from '../models/import/golden-files.ts';
import { showShape } from '../models/import/probe.ts';
import { CommandError } from '../models/command.ts';
import { squeezedHands } from '../samples/drifted.ts';
import { writeHands } from '../samples/write-hands.ts';
import type { KindTools } from './kind-tools.ts';

const landmarks = 21;
const values = landmarks * 2;

interface Answer {
  readonly gesture: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

const labelOf = (answer: unknown): string => (answer as Answer).gesture;

export const tools: KindTools = {
  preprocessing: 'landmarks',
  example: { file: 'examples/hand.json', type: 'application/json', answer: /"gesture":"like"/ },

  golden: {
    file: 'input.json',
    anything: {},
    read: (bytes) => bytes,
    toGolden: (answer) => toProbabilities(labelOf(answer), (answer as Answer).probabilities),
  },

  importing: {
    options: [],
    understand({ model, labels, options: { fileName } }) {
      const { input } = model;
      if (input.shape.length !== 2 || input.shape[1] !== values)
        throw new CommandError(`${fileName}: expected an input of [batch, ${values}] (x and y of ${landmarks} landmarks), found ${showShape(input)}.`);
      return understandClassifier(model, labels, fileName, {
        shape: [values],
        preprocessing: { kind: 'landmarks', points: landmarks, dimensions: 2, origin: 'wrist', scale: 'largest-distance' },
      });
    },
  },

  evaluators: [hands],
  ensemble: { evaluator: hands, metrics: ['accuracy', 'macro F1', 'accuracy, turned by up to 20 degrees'] },

  reference: {
    source: 'HaGRID landmarks, test rows',
    missing: () => missingData(handsFile),
    items: () =>
      readHands(sharedData(handsFile)!)
        .filter(({ split }) => split === 'test')
        .map(({ label, values: row }) => ({
          body: () => Promise.resolve({ landmarks: Array.from({ length: landmarks }, (_, point) => ({ x: row[3 * point]!, y: row[3 * point + 1]! })) }),
          isRight: (answer) => labelOf(answer) === label,
        })),
  },

  writers: { csv: writeHands },
  retraining: { change: squeezedHands, uncertaintyThreshold: 0.4, labelOf },
};
