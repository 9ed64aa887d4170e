import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readArguments, type Command } from './command.ts';
import { builtInTasks, builtInVersions } from '../../packages/contracts/src/index.ts';
import { findModels, modelsDir, modelsDirOption, showPath } from './folders.ts';
import { verifyAll } from './verify.ts';

const oldestNode = 24;

/** What a machine lacks besides models, each with its remedy. */
async function faultsOf(directory: string): Promise<string[]> {
  const faults: string[] = [];
  const [major] = process.versions.node.split('.');
  if (Number(major) < oldestNode)
    faults.push(`This is Node ${process.versions.node}, expected ${oldestNode} or newer: run it as 'pnpm models setup', which brings its own.`);
  const isFolder = await stat(directory).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isFolder)
    faults.push(`The folder ${directory} is missing: clone the repository with its models, or mount the volume that holds them there, or set MODELS_DIR.`);
  return faults;
}

export const setup: Command = {
  usage: `models setup [--models-dir DIR]
  Says whether a new checkout or pod has everything in place, each model verified, and how to get what is missing.`,

  async run(args, context) {
    const { values } = readArguments(args, modelsDirOption);
    const directory = modelsDir(values['models-dir'], context.env);
    const found = await findModels(directory);
    const faults = await faultsOf(directory);
    for (const task of builtInTasks) {
      for (const version of builtInVersions) {
        if (found.some((folder) => folder.task === task && folder.version === version)) continue;
        const place = showPath(join(directory, task, version));
        faults.push(
          `${place} is missing: 'git checkout -- ${place}' brings the one that is shipped, 'training/run ${task} --version ${version}' makes it, 'pnpm models import FILE --task ${task} --version ${version}' brings your own.`,
        );
      }
    }
    const wrong = await verifyAll(
      found.map(({ path }) => path),
      context,
    );
    for (const fault of faults) context.print(`FAIL  ${fault}`);
    if (wrong > 0) context.print("A damaged model is brought back by 'git checkout -- models', or by importing it again with --replace.");
    const ready = wrong === 0 && faults.length === 0;
    context.print(ready ? `Everything is in place: ${found.length} models, each verified. 'npm start' serves them.` : 'Not everything is in place.');
    return ready ? 0 : 1;
  },
};
