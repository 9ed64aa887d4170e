import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { versionPattern } from '@facet/config';
import { builtInTasks, kindNames, readTaskFile, taskName, type Kind } from '../../packages/contracts/src/index.ts';
import { CommandError } from './command.ts';

/** @throws {CommandError} exit code 2, when it is no name of a version */
export function versionOf(given: string, option = '--version'): string {
  if (versionPattern.test(given)) return given;
  throw new CommandError(`${option}: expected a version such as v1, v2 or v3, found '${given}'.`, 2);
}

/** @throws {CommandError} exit code 2, when no task can have the name */
export function taskOf(given: string, option = '--task'): string {
  const result = taskName.safeParse(given);
  if (result.success) return given;
  throw new CommandError(`${option}: expected the name of a task, found '${given}': ${result.error.issues[0]!.message}.`, 2);
}

/** The kind of a task by its `task.json`, or by its name where that is the name of a kind; undefined for a task that is not there. */
export async function kindOf(directory: string, task: string): Promise<Kind | undefined> {
  return (await readTaskFile(directory, task))?.kind ?? kindNames.find((kind) => kind === task);
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const modelsDirOption = { 'models-dir': { type: 'string' } } as const;

/** The folder that `--models-dir` or `MODELS_DIR` names, or the repository's own. */
export function modelsDir(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  return resolve(option ?? env['MODELS_DIR'] ?? join(root, 'models'));
}

/** A path as people would type it: relative where it lies below the working directory. */
export function showPath(path: string): string {
  const short = relative('.', path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** A `<task>/<version>` folder that exists. */
export interface ModelFolder {
  readonly task: string;
  readonly kind: Kind;
  readonly version: string;
  readonly path: string;
}

/** All model folders below a directory, by task and version; whether their contents are sound is not looked at. */
export async function findModels(directory: string): Promise<ModelFolder[]> {
  const folders = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const named = folders.filter((entry) => !entry.isFile() && taskName.safeParse(entry.name).success).map(({ name }) => name);
  const isBuiltIn = (name: string): boolean => builtInTasks.some((task) => task === name);
  const tasks = [...builtInTasks.filter((task) => named.includes(task)), ...named.filter((name) => !isBuiltIn(name)).toSorted()];
  const found = await Promise.all(
    tasks.map(async (task): Promise<ModelFolder[]> => {
      const kind = await kindOf(directory, task);
      if (kind === undefined) return [];
      const entries = await readdir(join(directory, task), { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isFile()).map(({ name }) => name);
      return names.toSorted(byNumber).map((version) => ({ task, kind, version, path: join(directory, task, version) }));
    }),
  );
  return found.flat();
}

/** What `--task` and `--version` choose of the models; all where they are not given. */
export interface Chosen {
  readonly task: string | undefined;
  readonly version: string | undefined;
}

/** @throws {CommandError} exit code 2, when a name cannot be one of a task or a version */
export function readChosen({ task, version }: { readonly task?: string | undefined; readonly version?: string | undefined }): Chosen {
  return { task: task === undefined ? undefined : taskOf(task), version: version === undefined ? undefined : versionOf(version) };
}

export function isChosen({ task, version }: Chosen, model: { readonly task: string; readonly version: string }): boolean {
  return (task ?? model.task) === model.task && (version ?? model.version) === model.version;
}

/**
 * The models of a directory that are chosen.
 *
 * @throws {CommandError} when there is none
 */
export async function chooseModels(directory: string, chosen: Chosen): Promise<ModelFolder[]> {
  const found = await findModels(directory);
  const models = found.filter((model) => isChosen(chosen, model));
  if (models.length > 0) return models;
  const there = found.map(({ task, version }) => `${task}/${version}`).join(', ');
  throw new CommandError(`${showPath(directory)} holds no ${chosen.task ?? 'task'}/${chosen.version ?? 'version'}; there is ${there || 'none'}.`);
}

/** v2 before v10. */
function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
