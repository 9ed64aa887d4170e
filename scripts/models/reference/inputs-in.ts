import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { kinds, type Kind } from '../../../packages/contracts/src/index.ts';
import { CommandError } from '../command.ts';
import { spread } from '../evaluate/evaluator.ts';
import { pictureForm, type Answered, type ReferenceData } from './reference-data.ts';

/** Files that hold inputs, one each. */
interface Form {
  readonly name: string;
  readonly extensions: readonly string[];
  readonly read: (path: string) => Promise<FormData | object>;
}

const pictures: Form = {
  name: 'images',
  extensions: ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff'],
  read: async (path) => pictureForm(new Uint8Array(await readFile(path)), basename(path)),
};

/** Each as the body of a prediction. */
const hands: Form = { name: 'hands', extensions: ['.json'], read: async (path) => JSON.parse(await readFile(path, 'utf8')) as object };

const formOf = (kind: Kind): Form => ('multipart/form-data' in kinds[kind].body ? pictures : hands);

/** Fewer say too little of what is usual; more make the file no better. */
const [least, most] = [20, 5000];

/** The class that an answer names; undefined for one that names several objects. */
function classIn({ class_name, gesture, predicted_digit }: Answered): string | undefined {
  return class_name ?? gesture ?? predicted_digit?.toString();
}

/**
 * The inputs below a folder as what a model is made for: pictures, or for a kind that takes landmarks hands.
 *
 * @param labels of the task; an input in a folder with the name of one shows that class
 * @throws {CommandError} when there are too few
 */
export async function inputsIn(folder: string, kind: Kind, labels: readonly string[]): Promise<ReferenceData> {
  const { name, extensions, read } = formOf(kind);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new CommandError(`--from: there is no folder ${folder}.`);
  });
  const paths = entries
    .filter((entry) => entry.isFile() && extensions.includes(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (paths.length < least)
    throw new CommandError(`--from: expected at least ${least} ${name} (${extensions.join(', ')}) below ${folder}, found ${paths.length}.`);
  return {
    source: `${name} in ${basename(folder)}`,
    missing: () => undefined,
    items: () =>
      spread(paths, most).map((path) => {
        const label = basename(dirname(path));
        const body = () => read(path);
        if (!labels.includes(label)) return { name: path, body };
        return { name: path, body, isRight: (answer) => classIn(answer as Answered) === label };
      }),
  };
}
