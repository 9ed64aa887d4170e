import { builtInTasks, type Kind } from '../../packages/contracts/src/index.ts';
import { readManifest } from '../../packages/inference/src/index.ts';
import type { ObjectStore } from '../../packages/object-store/src/index.ts';
import { readDeclaration } from '../../packages/serving/src/index.ts';
import { CommandError, type CommandContext } from '../models/command.ts';
import { findModels, kindOf, modelsDir, taskOf } from '../models/folders.ts';
import { readStore } from '../models/store-options.ts';

/** A task whose samples a command reads or labels. */
export interface NamedTask {
  readonly task: string;
  readonly kind: Kind;
  /** The folder of models that has it. */
  readonly directory: string;
}

/** @throws {CommandError} exit code 2, when there is no such task */
export async function findTask(given: string, option: string | undefined, { env }: CommandContext): Promise<NamedTask> {
  const directory = modelsDir(option, env);
  const task = taskOf(given);
  const kind = await kindOf(directory, task);
  if (kind === undefined)
    throw new CommandError(`--task: there is no task '${task}' in the folder of models; expected ${builtInTasks.join(', ')} or a task of your own.`, 2);
  return { task, kind, directory };
}

/** Opens the place where the services keep samples: that which is given, or the one of `SAMPLES_DIR`, or `.facet`. */
export function openSamples(given: string | undefined, context: CommandContext): Promise<ObjectStore> {
  return readStore([given ?? context.env['SAMPLES_DIR'] ?? '.facet'], context);
}

/**
 * The classes of a task: those that it declares, or those that its models know, in the models' order; none where there is no model.
 *
 * @throws {Error} one sentence, when a declaration or a manifest is invalid
 */
export async function labelsOf({ task, directory }: NamedTask, { env }: CommandContext): Promise<string[]> {
  const { labels: declared } = await readDeclaration(directory, task, env);
  if (declared) return declared;
  const models = (await findModels(directory)).filter((model) => model.task === task);
  const manifests = await Promise.all(models.map(({ path }) => readManifest(path)));
  return [...new Set(manifests.flatMap(({ labels }) => labels))];
}
