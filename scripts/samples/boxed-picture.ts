import { boxTruths } from '../../packages/serving/src/kind.ts';
import { detectionContract, samplePattern, type BoxesTruth } from '../../packages/contracts/src/index.ts';
import type { SampleRecord } from '../../packages/capture/src/index.ts';
import { uprightPicture, type UprightPicture } from './upright-picture.ts';
import type { TakenSample } from './writer.ts';

export type Boxes = Extract<BoxesTruth, { boxes: unknown }>['boxes'];

/** A picture as it is exported, with its objects. */
export interface BoxedPicture extends UprightPicture {
  readonly boxes: Boxes;
}

/** The last part of a path as any system writes it. */
export const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * The sample that a picture was exported from.
 *
 * @param path of the picture as a tool for annotations names it: folders and the extension do not count
 * @returns undefined when no sample can have that name
 */
export function sampleOfFile(path: string): string | undefined {
  const id = baseName(path)
    .replace(/\.(?:jpe?g|png|webp|gif|tiff?|bmp)$/i, '')
    .replaceAll('~', ':');
  return samplePattern.test(id) ? id : undefined;
}

/** The boxes that the model found; undefined where what was kept of its answer is damaged. */
export function guessOf({ answer }: SampleRecord): Boxes | undefined {
  try {
    return boxesIn(boxTruths.of(answer as never));
  } catch {
    return undefined;
  }
}

/** The boxes of a label; undefined where it has none, or only says that the model's are wrong. */
export function boxesIn(truth: unknown): Boxes | undefined {
  const { data } = detectionContract.truth.safeParse(truth);
  return data && 'boxes' in data ? data.boxes : undefined;
}

/**
 * Reads the picture of a sample.
 *
 * @param boxes its objects
 * @throws {Error} when the sample cannot be used, with a sentence
 */
export async function boxedPicture(sample: TakenSample, boxes: Boxes): Promise<BoxedPicture> {
  return { ...(await uprightPicture(sample)), boxes };
}

/** As {@link boxedPicture}, with the boxes that a person drew or accepted. */
export function labelledPicture(sample: TakenSample): Promise<BoxedPicture> {
  const { truth } = sample.record;
  const boxes = boxesIn(truth);
  if (boxes) return boxedPicture(sample, boxes);
  const isWrong = typeof truth === 'object' && truth !== null && 'wrong' in truth;
  throw new TypeError(isWrong ? 'its boxes are wrong, and the right ones are not drawn yet' : 'its label is no list of boxes');
}
