import type { ObjectStore } from '../../packages/object-store/src/index.ts';
import { pullModel } from '../../packages/serving/src/index.ts';
import { CommandError, readArguments, type Command } from './command.ts';
import { modelsDir, type Task, type Version } from './folders.ts';
import { readChosen, readStore, storeOptions, type Chosen } from './store-options.ts';

/** Models that lie in a store, of those that are wanted. */
async function findStored(store: ObjectStore, { tasks, versions }: Chosen): Promise<{ task: Task; version: Version }[]> {
  const manifests = new Set<string>();
  for await (const { key } of store.list()) if (key.endsWith('/manifest.json')) manifests.add(key);
  return tasks.flatMap((task) => versions.filter((version) => manifests.has(`${task}/${version}/manifest.json`)).map((version) => ({ task, version })));
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
