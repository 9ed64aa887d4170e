import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabelBook } from '../../packages/capture/src/index.ts';
import { kindNames, kinds, type Kind } from '../../packages/contracts/src/index.ts';
import { inspectImage } from '../../packages/imaging/src/index.ts';
import { Problem } from '../../packages/problem/src/index.ts';
import { CommandError, readArguments, type Command } from '../models/command.ts';
import { modelsDirOption, showPath } from '../models/folders.ts';
import { baseName, boxesIn, guessOf, sampleOfFile, type Boxes } from './boxed-picture.ts';
import { readCoco, type AnnotatedPicture, type Annotations } from './read-coco.ts';
import { findTask, labelsOf, openSamples } from './sample-place.ts';
import { haveSameBoxes, settleBoxes } from './settle-boxes.ts';

const mostBytes = 256 * 1024 * 1024;
const mostPixels = 1_000_000_000;
const shownFaults = 20;

type NamedSample = Awaited<ReturnType<LabelBook['find']>>;

/** Whether the label of a sample may be made of boxes. */
const hasBoxes = (kind: Kind): boolean => kinds[kind].truth.safeParse({ boxes: [] }).success;

/** What is to become of a sample that the file names. */
interface Change {
  readonly id: string;
  readonly state: NamedSample['state'];
  readonly boxes: Boxes;
  /** Boxes of the label that is there, or of the guess. */
  readonly before: Boxes | undefined;
  readonly outcome: 'unchanged' | 'accept' | 'correct';
}

export const importSamples: Command = {
  usage: `samples -- import --task TASK --from FILE [--images FOLDER] [--dry-run] [--overwrite] [--to PLACE] [--models-dir DIR]
  Imports COCO annotations as labels of the samples with the same file names as in "export --format coco". An image without
  annotations is labelled as containing no object; samples missing from the file are unchanged. The whole file is validated first:
  with any error, no label is changed. Classes are those of the task's models.
  --images is the folder of the annotated images: each must have the size of its sample. --dry-run only prints the changes.
  --overwrite also replaces labels that are newer than the file. PLACE is the sample store of the services, as for export.`,

  async run(args, context) {
    const options = {
      ...modelsDirOption,
      task: { type: 'string' },
      from: { type: 'string' },
      images: { type: 'string' },
      to: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      overwrite: { type: 'boolean', default: false },
    } as const;
    const { values } = readArguments(args, options);
    if (values.task === undefined || values.from === undefined) throw new CommandError('Say which samples and what from: --task TASK --from FILE.', 2);
    const named = await findTask(values.task, values['models-dir'], context);
    const { task, kind, directory } = named;
    if (!hasBoxes(kind))
      throw new CommandError(`--task: samples of the kind ${kind} have no boxes; expected a task of the kind ${kindNames.filter(hasBoxes).join(' or ')}.`, 2);
    const labels = new Set(await labelsOf(named, context));
    if (labels.size === 0)
      throw new CommandError(`There is no model of ${task} in ${showPath(directory)}, whose classes the file may name; --models-dir names another folder.`);
    const annotations = readCoco(await readText(values.from));
    const store = await openSamples(values.to, context);
    try {
      const book = new LabelBook(task, store);
      const plan = new Plan(book, { labels, images: values.images, overwrite: values.overwrite });
      const changes = await plan.make(annotations);
      if (plan.faults.length > 0) throw new CommandError(complaint(values.from, plan.faults));
      if (changes.length === 0) throw new CommandError(`${values.from} contains no images.`);
      for (const change of changes) if (change.outcome !== 'unchanged') context.note(describe(change));
      const late = values['dry-run'] ? 0 : await apply(book, changes, context.note);
      context.print(summary(task, changes, values['dry-run']));
      if (annotations.outlines > 0) context.print(`Annotations with a polygon or a mask: ${annotations.outlines}; only their boxes are labels.`);
      return late > 0 ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};

/** @throws {CommandError} when it cannot be read, or is too large */
async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw new CommandError(`${path} has ${size} bytes; at most ${mostBytes} are read. Export fewer samples at once.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof CommandError ? error : new CommandError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

interface PlanOptions {
  readonly labels: ReadonlySet<string>;
  readonly images: string | undefined;
  readonly overwrite: boolean;
}

/** Finds out what a file of annotations changes, and all that is wrong with it, before anything is changed. */
class Plan {
  readonly faults: string[] = [];
  readonly #book: LabelBook;
  readonly #options: PlanOptions;

  constructor(book: LabelBook, options: PlanOptions) {
    this.#book = book;
    this.#options = options;
  }

  async make({ pictures, writtenAt, faults }: Annotations): Promise<Change[]> {
    this.faults.push(...faults);
    const changes = new Map<string, Change>();
    for (const picture of pictures) {
      const fault = (text: string): void => void this.faults.push(`${picture.fileName}: ${text}.`);
      const id = sampleOfFile(picture.fileName);
      if (id === undefined) fault('the name is not that of an exported sample');
      else if (changes.has(id)) fault('it stands there twice');
      else {
        const change = await this.#changeOf(id, picture, writtenAt, fault);
        if (change) changes.set(id, change);
      }
    }
    return [...changes.values()];
  }

  async #changeOf(id: string, picture: AnnotatedPicture, writtenAt: Date | undefined, fault: (text: string) => void): Promise<Change | undefined> {
    let sample;
    try {
      sample = await this.#book.input(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fault(`there is no sample '${id}'`);
      return undefined;
    }
    const { record } = sample;
    const size = sample.picture && inspectImage(sample.picture, { maxPixels: mostPixels });
    if (!size) {
      fault('the sample is no image');
      return undefined;
    }
    const sizes = [
      { what: 'the file', ...picture },
      { what: 'the image of --images', ...(await this.#annotatedSize(picture, fault)) },
    ];
    for (const { what, width = size.width, height = size.height } of sizes)
      if (width !== size.width || height !== size.height)
        fault(`${what} has ${width} by ${height} pixels, the sample ${size.width} by ${size.height}: boxes of a resized image do not fit`);
    const [labelled, guess] = [boxesIn(record.truth), guessOf(record) ?? []];
    const state = record.truth === undefined ? 'waiting' : 'labelled';
    const before = labelled ?? guess;
    const { boxes, faults } = settleBoxes(picture.boxes, before, this.#options.labels, size);
    for (const each of faults) fault(each);
    const isSame = haveSameBoxes(boxes, before);
    const at = record.labelled?.at;
    if (labelled && !isSame && at !== undefined && writtenAt && new Date(at) > writtenAt && !this.#options.overwrite)
      fault(`it was labelled at ${at}, after the file was written; --overwrite replaces that label`);
    // Boxes that somebody said are wrong are not right because a file repeats them.
    const outcome = !isSame ? 'correct' : state === 'labelled' ? 'unchanged' : 'accept';
    return { id, state, boxes, before: labelled ?? (state === 'waiting' ? guess : undefined), outcome };
  }

  /** Pixels of the picture that was annotated, where there is one to look at. */
  async #annotatedSize({ fileName }: AnnotatedPicture, fault: (text: string) => void): Promise<{ width?: number; height?: number }> {
    const { images } = this.#options;
    if (images === undefined) return {};
    try {
      return inspectImage(await readFile(join(images, baseName(fileName))), { maxPixels: mostPixels });
    } catch (error) {
      fault(`the image in ${images} cannot be read: ${(error as Error).message.replace(/\.$/, '')}`);
      return {};
    }
  }
}

/** @returns how many samples others labelled or discarded meanwhile */
async function apply(book: LabelBook, changes: readonly Change[], note: (line: string) => void): Promise<number> {
  let late = 0;
  for (const { id, state, boxes, outcome } of changes) {
    if (outcome === 'unchanged') continue;
    try {
      await book.label(id, { verdict: outcome, truth: { boxes }, replace: state === 'labelled' });
    } catch (error) {
      if (!(error instanceof Problem && (error.code === 'already-labelled' || error.code === 'unknown-sample'))) throw error;
      note(`${id}: it was labelled or discarded meanwhile; not changed.`);
      late += 1;
    }
  }
  return late;
}

function complaint(from: string, faults: readonly string[]): string {
  const more = faults.length > shownFaults ? `\n… and ${faults.length - shownFaults} more.` : '';
  return `${from} cannot be imported, and nothing was changed:\n${faults.slice(0, shownFaults).join('\n')}${more}`;
}

function describe({ id, boxes, before, outcome }: Change): string {
  if (outcome === 'accept') return `${id}: the guess is right, ${boxesOf(boxes)}`;
  return `${id}: ${before === undefined ? 'no boxes' : boxesOf(before)} before, ${boxes.length} now`;
}

const boxesOf = ({ length }: Boxes): string => (length === 1 ? '1 box' : `${length} boxes`);

function summary(task: string, changes: readonly Change[], isDry: boolean): string {
  const count = (counts: (change: Change) => boolean): number => changes.filter(counts).length;
  const fresh = count(({ state }) => state === 'waiting');
  const changed = count(({ state, outcome }) => state === 'labelled' && outcome !== 'unchanged');
  const same = count(({ outcome }) => outcome === 'unchanged');
  return `${isDry ? 'Would import' : 'Imported'} labels of ${task}: ${fresh} new, ${changed} changed, ${same} unchanged.`;
}
