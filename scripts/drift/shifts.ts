import { readTestDigits } from '@facet/testkit';
import type { Pixels } from '../../packages/imaging/src/index.ts';
import { digitFeatures } from '../../services/digit/src/model/features.ts';
import { inkToTensor } from '../../services/digit/src/model/preprocess.ts';
import { digitWatch } from '../../services/digit/src/model/watch.ts';

const side = 28;
const settings = { size: 28, box: 20 };

/** Predictions that a stream draws from: a row each. */
export type Pool = readonly number[][];

/** What happens to a picture; what it shows stays the same. */
type Change = (pixels: Uint8Array) => Uint8Array;

function mapped(value: (pixels: Uint8Array, x: number, y: number) => number): Change {
  return (pixels) => Uint8Array.from(pixels, (_, at) => Math.max(0, Math.min(255, Math.round(value(pixels, at % side, Math.trunc(at / side))))));
}

const at = (pixels: Uint8Array, x: number, y: number) => (x < 0 || y < 0 || x >= side || y >= side ? 0 : pixels[Math.trunc(y) * side + Math.trunc(x)]!);

const blurred = mapped((pixels, x, y) => {
  let sum = 0;
  for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) sum += at(pixels, x + dx, y + dy);
  return (at(pixels, x, y) + sum / 9) / 2;
});

function rotated(degrees: number): Change {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const centre = (side - 1) / 2;
  return mapped((pixels, x, y) => {
    const [dx, dy] = [x - centre, y - centre];
    return at(pixels, Math.round(centre + cos * dx + sin * dy), Math.round(centre - sin * dx + cos * dy));
  });
}

/** Another tone curve, and the grain of a sensor; the grain is a fixed pattern, so that runs repeat. */
const otherCamera = mapped((pixels, x, y) => 255 * (at(pixels, x, y) / 255) ** 0.85 + 6 * Math.sin(12.9898 * x + 78.233 * y));

/** Rows as the digit service would measure them; the model is left out, and its answer taken to be right. */
function measured(change: Change, keep: (digit: number) => boolean): number[][] {
  const { images, labels } = readTestDigits();
  const confidence = digitFeatures.findIndex(({ name }) => name === 'confidence');
  return images.flatMap((image, index) => {
    const digit = labels[index]!;
    if (!keep(digit)) return [];
    const pixels: Pixels = { data: change(image), width: side, height: side, channels: 1 };
    const answer = { predicted_digit: digit, confidence: 1, all_probabilities: {} };
    const row = digitWatch.measure(answer, { pixels, ink: inkToTensor(pixels, settings) });
    return [row.map((value, column) => (column === confidence ? Number.NaN : value))];
  });
}

const any = () => true;
const same: Change = (pixels) => pixels;

/** The test digits of MNIST as they are. */
export function stablePool(): Pool {
  return measured(same, any);
}

/** The same digits in a world that has changed. */
export const shifts: Readonly<Record<string, () => Pool>> = {
  'darker, by a tenth': () =>
    measured(
      mapped((pixels, x, y) => 0.9 * at(pixels, x, y)),
      any,
    ),
  'darker, by a third': () =>
    measured(
      mapped((pixels, x, y) => 0.67 * at(pixels, x, y)),
      any,
    ),
  'blurred slightly': () => measured(blurred, any),
  'rotated by 5°': () => measured(rotated(5), any),
  'rotated by 15°': () => measured(rotated(15), any),
  'other class mix: no 4s and 9s': () => measured(same, (digit) => digit !== 4 && digit !== 9),
  'other class mix: half of the 1s gone': halfOfOnes,
  'other camera': () => measured(otherCamera, any),
};

function halfOfOnes(): Pool {
  let ones = 0;
  return measured(same, (digit) => digit !== 1 || ones++ % 2 === 0);
}
