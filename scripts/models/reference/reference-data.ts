import { missingData, readHands, readTestDigits, sharedData } from '@facet/testkit';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { spread } from '../evaluate/evaluator.ts';
import type { Kind } from '../../../packages/contracts/src/index.ts';

/** What one answer says, as far as it can be held against a label. */
export interface Answered {
  readonly confidence?: number;
  readonly class_name?: string;
  readonly predicted_digit?: number;
  readonly gesture?: string;
}

/** One input that a model is made for. */
interface Item {
  /** For sentences, where it has one. */
  readonly name?: string;
  readonly body: () => Promise<FormData | object>;
  /** Whether the answer is right; undefined where that is not a question of yes and no. */
  readonly isRight?: (answer: Answered) => boolean;
}

export interface ReferenceData {
  /** As the reference names it. */
  readonly source: string;
  /** Says what data is missing, or nothing when it is there. */
  readonly missing: () => string | undefined;
  readonly items: () => readonly Item[];
}

const hands = 'gesture/hagrid18.csv.gz';
const photographs = 'detection/images';

/** Digits that are asked: more make the file no better. */
const digitCount = 5000;

/** A picture as a form sends it. */
export function pictureForm(bytes: Uint8Array<ArrayBuffer>, name: string): FormData {
  const data = new FormData();
  data.set('file', new Blob([bytes]), name);
  return data;
}

/** What the shipped models of each kind are made for; only numbers are taken of it. */
export const referenceData: Readonly<Record<Kind, ReferenceData>> = {
  digit: {
    source: 'MNIST test, as PNG files',
    missing: () => undefined,
    items() {
      const { images, labels } = readTestDigits();
      return spread([...images.keys()], digitCount).map((index) => ({
        async body() {
          const png = await sharp(images[index], { raw: { width: 28, height: 28, channels: 1 } })
            .png()
            .toBuffer();
          return pictureForm(new Uint8Array(png), 'digit.png');
        },
        isRight: ({ predicted_digit }) => predicted_digit === labels[index],
      }));
    },
  },
  gesture: {
    source: 'HaGRID landmarks, test rows',
    missing: () => missingData(hands),
    items: () =>
      readHands(sharedData(hands)!)
        .filter(({ split }) => split === 'test')
        .map(({ label, values }) => ({
          body: () => Promise.resolve({ landmarks: Array.from({ length: 21 }, (_, point) => ({ x: values[3 * point]!, y: values[3 * point + 1]! })) }),
          isRight: ({ gesture }) => gesture === label,
        })),
  },
  detection: {
    source: 'COCO val2017, freely licensed part',
    missing: () => missingData(photographs),
    items() {
      const folder = sharedData(photographs)!;
      return readdirSync(folder).map((name) => ({ body: async () => pictureForm(new Uint8Array(await readFile(join(folder, name))), name) }));
    },
  },
  classification: { source: '', missing: () => 'say --from FOLDER with pictures that the model is made for', items: () => [] },
};
