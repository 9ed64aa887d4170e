import type { ObjectStore } from '../../packages/object-store/src/index.ts';
import { pullModel } from '../../packages/serving/src/index.ts';
import { CommandError, readArguments, type Command } from './command.ts';
import { isChosen, modelsDir, readChosen, type Chosen } from './folders.ts';
import { readStore, storeOptions } from './store-options.ts';

/** Models that lie in a store, of those that are wanted. */
async function findStored(store: ObjectStore, chosen: Chosen): Promise<{ task: string; version: string }[]> {
  const found: { task: string; version: string }[] = [];
  for await (const { key } of store.list()) {
    const [, task, version] = /^([a-z][a-z0-9-]*)\/(v\d+)\/manifest\.json$/.exec(key) ?? [];
    if (task !== undefined && version !== undefined && isChosen(chosen, { task, version })) found.push({ task, version });
  }
  return found;
}

export const pull: Command = {
  usage: `models pull s3://BUCKET/PREFIX [--task TASK] [--version VERSION] [--models-dir DIR]
  Brings models from a bucket (or a folder), each verified before it takes its place; one that lies there already is left alone.`,

  async run(args, context) {
    const { values, positionals } = readArguments(args, storeOptions);
    const chosen = readChosen(values);
    const store = await readStore(positionals, context);
    try {
      const found = await findStored(store, chosen);
      if (found.length === 0) throw new CommandError(`${store.location} holds no such model; expected <task>/<version>/manifest.json below it.`);
      for (const { task, version } of found) {
        const { reference, isNew } = await pullModel(store, task, version, modelsDir(values['models-dir'], context.env));
        context.print(`${reference} ${isNew ? `pulled from ${store.location}` : 'lies there already'}`);
      }
      return 0;
    } finally {
      await store.close();
    }
  },
};
