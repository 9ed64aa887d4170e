import { inParallel } from '@facet/testkit';
import { kindOfModel } from '../kinds/tools-of.ts';
import { readModel } from '../../packages/inference/src/index.ts';
import { readArguments, type Command, type CommandContext } from './command.ts';
import { findModels, modelsDir, modelsDirOption, showPath } from './folders.ts';
import { onlyModel, serveModels } from './serve-models.ts';

/** Services that start side by side; each start takes most of a core. */
const lanes = 2;

/**
 * Verifies one model folder: its manifest, its sha256, and its golden inference in a service of its own.
 *
 * @returns the model as answers name it, `<task>/<version>@sha256:<hex>`
 * @throws {Error} one sentence that says what is wrong
 */
async function verifyModel(path: string): Promise<string> {
  const { manifest, reference, directory } = await readModel(path);
  const { task, version } = manifest;
  const service = await serveModels(await kindOfModel(directory, manifest), task, onlyModel(version, path));
  await service.stop();
  const failure = service.failures.get(version);
  if (failure !== undefined) throw new Error(failure);
  return reference;
}

/** Verifies folders side by side and prints one line each; answers how many are wrong. */
export async function verifyAll(paths: readonly string[], { print }: CommandContext): Promise<number> {
  const lines = await inParallel(paths, lanes, async (path) => {
    const name = showPath(path);
    try {
      const reference = await verifyModel(path);
      print(`ok    ${name}  ${reference}`);
      return true;
    } catch (error) {
      print(`FAIL  ${name}  ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  });
  return lines.filter((ok) => !ok).length;
}

export const verify: Command = {
  usage: `models verify [--models-dir DIR] [PATH …]
  Checks models as a service would before it serves them: manifest, sha256, golden inference.
  PATH is a model folder or the .onnx file in it; without one, every model is checked.`,

  async run(args, context) {
    const { values, positionals } = readArguments(args, modelsDirOption);
    const directory = modelsDir(values['models-dir'], context.env);
    const paths = positionals.length > 0 ? positionals : (await findModels(directory)).map(({ path }) => path);
    if (paths.length === 0) {
      context.note(`${showPath(directory)} holds no models; 'models setup' says how to get them.`);
      return 1;
    }
    const wrong = await verifyAll(paths, context);
    context.print(`${paths.length - wrong} of ${paths.length} models are sound`);
    return wrong === 0 ? 0 : 1;
  },
};
