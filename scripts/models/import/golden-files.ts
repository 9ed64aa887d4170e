import sharp from 'sharp';
import { CommandError } from '../command.ts';

/** How the golden files of a kind's models are made. */
export interface GoldenFiles {
  /** Name of the input, as the service expects it in `golden/`. */
  readonly file: string;
  /** Options of the request. */
  readonly query?: Readonly<Record<string, number>>;
  /** A golden answer that any answer passes: a service must be ready before it can be asked for the real one. */
  readonly anything: object;
  /** @throws {CommandError} when it is no input of this kind */
  read(bytes: Buffer): Promise<Buffer> | Buffer;
  /** The golden answer, from the service's. */
  toGolden(answer: unknown): object;
  /** A sentence about the service's answer, where it deserves one. */
  remark?(answer: unknown): string | undefined;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

export function toProbabilities(label: string, probabilities: Readonly<Record<string, number>>): object {
  return { label, probabilities: Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, round(value, 6)])) };
}

/**
 * A picture in the format that the golden file's name promises.
 *
 * @throws {CommandError} when it is no picture
 */
export async function asPicture(bytes: Buffer, format: 'jpeg' | 'png'): Promise<Buffer> {
  const picture = sharp(bytes);
  const found = await picture.metadata().then(
    (metadata) => metadata.format,
    () => undefined,
  );
  if (found === undefined) throw new CommandError('--golden: expected an image, found something else.');
  if (found === format) return bytes;
  return format === 'png' ? picture.autoOrient().png().toBuffer() : picture.autoOrient().flatten({ background: '#fff' }).jpeg({ quality: 92 }).toBuffer();
}
