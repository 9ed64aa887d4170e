import { mkdir } from 'node:fs/promises';
import { LabelBook } from '../../packages/capture/src/index.ts';
import { CommandError, readArguments, type Command } from '../models/command.ts';
import { builtInTasks, type Kind } from '../../packages/contracts/src/index.ts';
import { kindOf, modelsDir, modelsDirOption, taskOf } from '../models/folders.ts';
import { readStore } from '../models/store-options.ts';
import { writeClasses } from './write-classes.ts';
import { writeDigits } from './write-digits.ts';
import { writeHands } from './write-hands.ts';
import { writePictures } from './write-pictures.ts';
import type { Writer } from './writer.ts';

const writers: Readonly<Record<Kind, Writer>> = { digit: writeDigits, gesture: writeHands, detection: writePictures, classification: writeClasses };

export const exportSamples: Command = {
  usage: `samples -- export --task TASK --to FOLDER [--from PLACE]
  Writes what people labelled in the form that training/ reads: digits as MNIST's files, hands as a CSV, pictures of objects in
  YOLO's layout, pictures of classes with a CSV beside them.
  PLACE is where the services keep samples: a folder (.facet by default) or s3://BUCKET[/PREFIX], reached as S3_ENDPOINT,
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION say.`,

  async run(args, context) {
    const { values } = readArguments(args, { ...modelsDirOption, task: { type: 'string' }, to: { type: 'string' }, from: { type: 'string' } } as const);
    if (values.task === undefined || values.to === undefined) throw new CommandError('Say which samples and where to: --task TASK --to FOLDER.', 2);
    const task = taskOf(values.task);
    const kind = await kindOf(modelsDir(values['models-dir'], context.env), task);
    if (kind === undefined)
      throw new CommandError(`--task: there is no task '${task}' in the folder of models; expected ${builtInTasks.join(', ')} or a task of your own.`, 2);
    const store = await readStore([values.from ?? context.env['SAMPLES_DIR'] ?? '.facet'], context);
    try {
      await mkdir(values.to, { recursive: true });
      const { written, passedOver } = await writers[kind](new LabelBook(task, store).labelled(), values.to, context.note);
      if (written === 0) throw new CommandError(`There is no labelled sample of ${task} in ${store.location}; label some at /label first.`);
      context.print(`${written} labelled samples of ${task} are in ${values.to}${passedOver > 0 ? `; ${passedOver} could not be used` : ''}.`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
