import { mkdir } from 'node:fs/promises';
import { LabelBook } from '../../packages/capture/src/index.ts';
import { toolsOf } from '../kinds/tools-of.ts';
import { CommandError, oneOf, readArguments, type Command } from '../models/command.ts';
import { modelsDirOption } from '../models/folders.ts';
import { boxesIn } from './boxed-picture.ts';
import { findTask, labelsOf, openSamples } from './sample-place.ts';
import { writeGuesses } from './write-coco.ts';
import type { Samples } from './writer.ts';

export const exportSamples: Command = {
  usage: `samples -- export --task TASK --to FOLDER [--format FORMAT] [--unlabelled] [--from PLACE] [--models-dir DIR]
  Writes labelled samples in the form that training/ and other tools read. FORMAT is that of the task's kind unless said:
    digits   mnist: MNIST's two files
    hands    csv: one row a hand
    boxes    yolo (the usual one), coco (images/ and instances.json) or csv (images/ and boxes.csv)
    classes  csv: images/ and labels.csv
  --unlabelled, with coco, writes the samples whose boxes are not labelled yet, with those of the model's guess: to be corrected with a
  tool for annotations, and imported.
  PLACE is where the services keep samples: a folder (.facet by default) or s3://BUCKET[/PREFIX], reached as S3_ENDPOINT,
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION say.`,

  async run(args, context) {
    const options = {
      ...modelsDirOption,
      task: { type: 'string' },
      to: { type: 'string' },
      from: { type: 'string' },
      format: { type: 'string' },
      unlabelled: { type: 'boolean', default: false },
    } as const;
    const { values } = readArguments(args, options);
    const { to: folder } = values;
    if (values.task === undefined || folder === undefined) throw new CommandError('Say which samples and where to: --task TASK --to FOLDER.', 2);
    const named = await findTask(values.task, values['models-dir'], context);
    const { task, kind } = named;
    const { writers } = await toolsOf(kind);
    const formats = Object.keys(writers);
    const format = oneOf(values.format ?? formats[0]!, formats, `--format of a task of the kind ${kind}`);
    if (values.unlabelled && format !== 'coco') throw new CommandError('--unlabelled: only --format coco has guesses that can be corrected.', 2);
    const store = await openSamples(values.from, context);
    try {
      await mkdir(folder, { recursive: true });
      const book = new LabelBook(task, store);
      const [write, samples] = values.unlabelled ? [writeGuesses, unlabelled(book)] : [writers[format]!, book.each('labelled')];
      const { written, passedOver } = await write(samples, { task, folder, labels: await labelsOf(named, context), note: context.note });
      const what = values.unlabelled ? 'unlabelled' : 'labelled';
      if (written === 0)
        throw new CommandError(`There is no ${what} sample of ${task} in ${store.location}${values.unlabelled ? '' : '; label some at /label first'}.`);
      context.print(`${written} ${what} samples of ${task} are in ${folder}${passedOver > 0 ? `; ${passedOver} could not be used` : ''}.`);
      return 0;
    } finally {
      await store.close();
    }
  },
};

/** Samples that wait for a label, and those of which only is known that the model's boxes are wrong. */
async function* unlabelled(book: LabelBook): Samples {
  yield* book.each('waiting');
  for await (const sample of book.each('labelled')) if (!boxesIn(sample.record.truth)) yield sample;
}
