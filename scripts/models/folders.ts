import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../../packages/inference/src/index.ts';

export const tasks = ['gesture', 'digit', 'detection'] as const satisfies readonly Manifest['task'][];
export const versions = ['v1', 'v2'] as const;

export type Task = (typeof tasks)[number];
export type Version = (typeof versions)[number];

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
  readonly task: Task;
  readonly version: string;
  readonly path: string;
}

/** All model folders below a directory, by task and version; whether their contents are sound is not looked at. */
export async function findModels(directory: string): Promise<ModelFolder[]> {
  const found = await Promise.all(
    tasks.map(async (task) => {
      const entries = await readdir(join(directory, task), { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isFile()).map(({ name }) => name);
      return names.toSorted().map((version) => ({ task, version, path: join(directory, task, version) }));
    }),
  );
  return found.flat();
}
