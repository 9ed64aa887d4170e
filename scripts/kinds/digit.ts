import { readTestDigits } from '@facet/testkit';
import sharp from 'sharp';
import { CommandError } from '../models/command.ts';
import { digits } from '../models/evaluate/digits.ts';
import { spread } from '../models/evaluate/evaluator.ts';
import { redrawnDigits } from '../models/evaluate/redrawn.ts';
import { understandClassifier } from '../models/import/classifier.ts';
import { asPicture, toProbabilities } from '../models/import/golden-files.ts';
import { showShape } from '../models/import/probe.ts';
import { pictureForm } from '../models/reference/reference-data.ts';
import { aslantDigits } from '../samples/drifted.ts';
import { writeDigits } from '../samples/write-digits.ts';
import type { KindTools } from './kind-tools.ts';

/** MNIST drew digits into 20 of 28 pixels. */
const inkShare = 20 / 28;
const leastSide = 8;
const side = 28;
/** Digits that a reference is made of: more make the file no better. */
const digitCount = 5000;

interface Answer {
  readonly predicted_digit: number;
  readonly all_probabilities: Readonly<Record<string, number>>;
}

const labelOf = (answer: unknown): string => String((answer as Answer).predicted_digit);

export const tools: KindTools = {
  preprocessing: 'ink',
  example: { file: 'examples/digit.png', type: 'image/png', answer: /"predicted_digit":7/ },

  golden: {
    file: 'input.png',
    anything: {},
    read: (bytes) => asPicture(bytes, 'png'),
    toGolden: (answer) => toProbabilities(labelOf(answer), (answer as Answer).all_probabilities),
  },

  importing: {
    options: [],
    understand({ model, options: { fileName } }) {
      const [, channels, height, width] = model.input.shape;
      if (model.input.shape.length !== 4 || channels !== 1 || height !== width || !(height! >= leastSide))
        throw new CommandError(`${fileName}: expected an input of [batch, 1, 28, 28], found ${showShape(model.input)}.`);
      return understandClassifier(model, { names: '0123456789'.split(''), source: 'the ten digits' }, fileName, {
        shape: [1, height!, height!],
        preprocessing: { kind: 'ink', size: height!, box: Math.round(height! * inkShare), range: [0, 1] },
      });
    },
  },

  evaluators: [digits, redrawnDigits],
  ensemble: { evaluator: digits, metrics: ['accuracy', 'expected calibration error'] },

  reference: {
    source: 'MNIST test, as PNG files',
    missing: () => undefined,
    items() {
      const { images, labels } = readTestDigits();
      return spread([...images.keys()], digitCount).map((index) => ({
        async body() {
          const png = await sharp(images[index], { raw: { width: side, height: side, channels: 1 } })
            .png()
            .toBuffer();
          return pictureForm(new Uint8Array(png), 'digit.png');
        },
        isRight: (answer) => labelOf(answer) === String(labels[index]),
      }));
    },
  },

  writers: { mnist: writeDigits },
  // Where the inputs have changed, more is kept than the hardest ones alone.
  retraining: { change: aslantDigits, uncertaintyThreshold: 0.7, labelOf },
};
