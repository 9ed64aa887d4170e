import { classUncertainty } from '@facet/capture';
import type { DigitAnswer } from '@facet/contracts';
import { fileTypeOf, fingerprint, measurePixels, type Pixels } from '@facet/imaging';
import { rounded, type Watch } from '@facet/serving/kind';
import { digitFeatures } from './features.ts';

/** A picture as it was decoded, and as the model got it. */
export interface SeenDigit {
  /** Absent where the model's input came ready. */
  readonly pixels?: Pixels;
  /** size * size intensities, 0 paper to 1 ink. */
  readonly ink: Float32Array;
  /** Digits in view; absent where the model's input came ready. */
  readonly digits?: number;
}

/** Mean of the ink, and the slope of its columns against its rows: second moments about the centre of mass. */
function measureInk(ink: Float32Array): { mean: number; slant: number } {
  const size = Math.sqrt(ink.length);
  let [mass, massX, massY] = [0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    const value = ink[i]!;
    mass += value;
    massX += value * (i % size);
    massY += value * Math.trunc(i / size);
  }
  if (mass === 0) return { mean: 0, slant: 0 };
  const [centreX, centreY] = [massX / mass, massY / mass];
  let [mixed, vertical] = [0, 0];
  for (let i = 0; i < ink.length; i++) {
    const y = Math.trunc(i / size) - centreY;
    mixed += ink[i]! * ((i % size) - centreX) * y;
    vertical += ink[i]! * y * y;
  }
  return { mean: mass / ink.length, slant: vertical === 0 ? 0 : -mixed / vertical };
}

/** Brightness, contrast, sharpness, longer side, width by height. */
function measurePicture(pixels: Pixels | undefined): number[] {
  if (!pixels) return Array.from({ length: 5 }, () => Number.NaN);
  const { brightness, contrast, sharpness } = measurePixels(pixels);
  const { width, height } = pixels;
  return [brightness, contrast, sharpness, Math.max(width, height), width / height];
}

/** How pictures of digits are watched. */
export const digitWatch: Watch<Buffer, Pick<DigitAnswer, 'predicted_digit' | 'confidence' | 'all_probabilities'>, SeenDigit> = {
  features: digitFeatures,
  measure({ predicted_digit, confidence }, { pixels, ink }) {
    const { mean, slant } = measureInk(ink);
    return rounded([...measurePicture(pixels), mean, slant, confidence, predicted_digit]);
  },
  uncertainty: ({ all_probabilities }) => classUncertainty(Object.values(all_probabilities)),
  // Asked only of what may become a sample, which a tensor does not.
  fingerprint: ({ pixels }) => fingerprint(pixels!),
  sample: (bytes) => ({ bytes, ...fileTypeOf(bytes) }),
};
