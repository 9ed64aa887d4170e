import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..', '..', '..');

/** A file of the data that lies beside the checkout and in no package; undefined where it is not there. */
export function sharedData(path: string): string | undefined {
  const file = join(root, '..', 'shared', 'data', path);
  return existsSync(file) ? file : undefined;
}

/**
 * `describe`, or where the data is missing `describe.skip` with the reason in its name. In CI the data must be there.
 *
 * @throws {Error} in CI, when the data is missing
 */
export function describeWithData(name: string, path: string, body: (file: string) => void): void {
  const file = sharedData(path);
  if (file !== undefined) describe(name, () => body(file));
  else if (process.env['CI']) throw new Error(`${name} needs shared/data/${path}, which CI must have`);
  else describe.skip(`${name} (skipped: needs shared/data/${path})`, () => it('needs its data', () => undefined));
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
