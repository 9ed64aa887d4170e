import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { CommandError } from '../command.ts';
import { spread } from '../evaluate/evaluator.ts';
import { pictureForm, type ReferenceData } from './reference-data.ts';

const extensions = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff']);
/** Fewer say too little of what is usual; more make the file no better. */
const [least, most] = [20, 5000];

/**
 * The pictures below a folder as what a model is made for.
 *
 * @param labels of the model; a picture in a folder with the name of one shows that class
 * @throws {CommandError} when there are too few
 */
export async function picturesIn(folder: string, labels: readonly string[]): Promise<ReferenceData> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new CommandError(`--from: there is no folder ${folder}.`);
  });
  const paths = entries
    .filter((entry) => entry.isFile() && extensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (paths.length < least)
    throw new CommandError(`--from: expected at least ${least} pictures (${[...extensions].join(', ')}) below ${folder}, found ${paths.length}.`);
  return {
    source: `pictures in ${basename(folder)}`,
    missing: () => undefined,
    items: () =>
      spread(paths, most).map((path) => {
        const label = basename(dirname(path));
        const body = async () => pictureForm(new Uint8Array(await readFile(path)), basename(path));
        if (!labels.includes(label)) return { name: path, body };
        return { name: path, body, isRight: (answer) => (answer as { readonly class_name?: string }).class_name === label };
      }),
  };
}
