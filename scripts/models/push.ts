import { pushModel } from '../../packages/serving/src/index.ts';
import { readArguments, type Command } from './command.ts';
import { chooseModels, modelsDir, readChosen } from './folders.ts';
import { readStore, storeOptions } from './store-options.ts';

export const push: Command = {
  usage: `models push s3://BUCKET/PREFIX [--task TASK] [--version VERSION] [--models-dir DIR]
  Copies models into a bucket (or a folder), below <task>/<version>/, where the pods' init containers fetch them; each is
  verified before, and read back after. S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION say how.`,

  async run(args, context) {
    const { values, positionals } = readArguments(args, storeOptions);
    const chosen = readChosen(values);
    const store = await readStore(positionals, context);
    try {
      for (const { path } of await chooseModels(modelsDir(values['models-dir'], context.env), chosen))
        context.print(`${await pushModel(path, store)} pushed to ${store.location}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
