import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CommandError } from '../command.ts';
import type { Kind } from '../../../packages/contracts/src/index.ts';
import { root } from '../folders.ts';

/** Settings under which a golden picture is asked; a service's defaults. */
const detectionOptions = { conf_threshold: 0.25, iou_threshold: 0.45 } as const;

interface ClassificationAnswer {
  readonly class_name: string;
  readonly top: readonly { readonly class_name: string; readonly confidence: number }[];
}

interface DetectionAnswer {
  readonly detections: readonly { readonly class_name: string; readonly confidence: number; readonly bbox: readonly number[] }[];
}

/** How one task's golden files are made. */
interface GoldenKind {
  /** As the service expects it in `golden/`. */
  readonly file: string;
  /** What lies in the repository for those who name no other. */
  readonly example: string;
  readonly type: string;
  /** A golden answer that any answer passes: a service must be ready before it can be asked for the real one. */
  readonly anything: object;
  read(bytes: Buffer): Promise<Buffer> | Buffer;
  /** The golden answer, from what the service said. */
  toGolden(answer: unknown): object;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function toProbabilities(label: string, probabilities: Readonly<Record<string, number>>): object {
  return { label, probabilities: Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, round(value, 6)])) };
}

/** A picture in the format that the golden file's name promises. */
async function asPicture(bytes: Buffer, format: 'jpeg' | 'png'): Promise<Buffer> {
  const picture = sharp(bytes);
  const found = await picture.metadata().then(
    (metadata) => metadata.format,
    () => undefined,
  );
  if (found === undefined) throw new CommandError('--golden: expected a picture, found something else.');
  if (found === format) return bytes;
  return format === 'png' ? picture.autoOrient().png().toBuffer() : picture.autoOrient().flatten({ background: '#fff' }).jpeg({ quality: 92 }).toBuffer();
}

export const goldenKinds: Readonly<Record<Kind, GoldenKind>> = {
  classification: {
    file: 'input.jpg',
    example: 'examples/photo.jpg',
    type: 'image/jpeg',
    anything: {},
    read: (bytes) => asPicture(bytes, 'jpeg'),
    toGolden(answer) {
      const { class_name, top } = answer as ClassificationAnswer;
      return toProbabilities(class_name, Object.fromEntries(top.map((each) => [each.class_name, each.confidence])));
    },
  },
  detection: {
    file: 'input.jpg',
    example: 'examples/photo.jpg',
    type: 'image/jpeg',
    // No confidence is over 1, so that nothing is expected and nothing is too much.
    anything: { confThreshold: 2, iouThreshold: detectionOptions.iou_threshold, detections: [] },
    read: (bytes) => asPicture(bytes, 'jpeg'),
    toGolden: (answer) => ({
      confThreshold: detectionOptions.conf_threshold,
      iouThreshold: detectionOptions.iou_threshold,
      detections: (answer as DetectionAnswer).detections.map(({ class_name, confidence, bbox }) => ({ class_name, confidence: round(confidence, 4), bbox })),
    }),
  },
  digit: {
    file: 'input.png',
    example: 'examples/digit.png',
    type: 'image/png',
    anything: {},
    read: (bytes) => asPicture(bytes, 'png'),
    toGolden(answer) {
      const { predicted_digit, all_probabilities } = answer as { predicted_digit: number; all_probabilities: Record<string, number> };
      return toProbabilities(String(predicted_digit), all_probabilities);
    },
  },
  gesture: {
    file: 'input.json',
    example: 'examples/hand.json',
    type: 'application/json',
    anything: {},
    read: (bytes) => bytes,
    toGolden(answer) {
      const { gesture, probabilities } = answer as { gesture: string; probabilities: Record<string, number> };
      return toProbabilities(gesture, probabilities);
    },
  },
};

/** @throws {CommandError} when the file is missing or no picture */
export async function readGolden(of: Kind, path: string | undefined): Promise<Buffer> {
  const kind = goldenKinds[of];
  const bytes = await readFile(path ?? join(root, kind.example)).catch(() => {
    throw new CommandError(`--golden: there is no file ${path ?? kind.example}.`);
  });
  return kind.read(bytes);
}

/**
 * Asks a service the golden question.
 *
 * @throws {CommandError} with what it answered instead
 */
export async function askGolden(of: Kind, url: string, version: string, input: Buffer): Promise<object> {
  const kind = goldenKinds[of];
  const options = Object.entries(of === 'detection' ? detectionOptions : {});
  const query = new URLSearchParams(options.map(([name, value]) => [name, String(value)] as [string, string]));
  const answer = await fetch(`${url}/${version}/predict?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': kind.type, 'x-request-timeout-ms': '60000' },
    body: new Uint8Array(input),
  });
  const text = await answer.text();
  if (!answer.ok) throw new CommandError(`The model could not answer the golden input: ${answer.status} ${text.slice(0, 300)}`);
  return kind.toGolden(JSON.parse(text));
}
