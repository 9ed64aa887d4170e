import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..', '..', '..');

const folder = join(root, '..', 'shared');

/** A file of the data that lies beside the checkout and in no package; undefined where it is not there. */
export function sharedData(path: string): string | undefined {
  const file = join(folder, 'data', path);
  return existsSync(file) ? file : undefined;
}

/** A sentence that says which data is missing; undefined where it is there. */
export function missingData(path: string): string | undefined {
  return sharedData(path) === undefined ? `../shared/data/${path} is not beside this checkout` : undefined;
}

/** Whether what lacks its data fails: in CI, where `../shared` is beside the checkout. Elsewhere it is skipped with a sentence. */
export function isDataRequired(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return Boolean(env['CI']) && existsSync(folder);
}

/**
 * `describe`, or where the data is missing `describe.skip` with the reason in its name.
 *
 * @throws {Error} when data is missing that is required
 */
export function describeWithData(name: string, path: string, body: (file: string) => void): void {
  const missing = missingData(path);
  if (missing === undefined) describe(name, () => body(sharedData(path)!));
  else if (isDataRequired()) throw new Error(`${name}: ${missing}, and CI must have it`);
  else describe.skip(`${name} (skipped: ${missing})`, () => it('needs its data', () => undefined));
}

/** One hand of the landmark file. */
export interface Hand {
  readonly label: string;
  readonly split: string;
  /** x1, y1, z1 … x21, y21, z21 */
  readonly values: readonly number[];
}

/** Reads the landmark CSV; its columns are documented beside it. */
export function readHands(file: string): Hand[] {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const [label, split, ...values] = line.split(',');
    return { label: label!, split: split!, values: values.map(Number) };
  });
}
