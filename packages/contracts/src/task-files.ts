import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { taskFile, type TaskFile } from './tasks.ts';

const fileName = 'task.json';

/**
 * What `<models>/<task>/task.json` declares; undefined where there is no such file.
 *
 * @throws {Error} one sentence that says what is wrong with it
 */
export async function readTaskFile(modelsDir: string, task: string): Promise<TaskFile | undefined> {
  const path = join(modelsDir, task, fileName);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON`, { cause });
  }
  const result = taskFile.safeParse(json);
  if (!result.success)
    throw new Error(`${path} is invalid: ${result.error.issues.map(({ path: at, message }) => `${at.join('.') || 'it'}: ${message}`).join('; ')}`);
  if (result.data.task !== task) throw new Error(`${path} declares the task '${result.data.task}', but lies in the folder of '${task}'`);
  return result.data;
}

/**
 * All tasks that a folder of models declares, by name.
 *
 * @throws {Error} as {@link readTaskFile}
 */
export async function findTaskFiles(modelsDir: string): Promise<TaskFile[]> {
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  const found = await Promise.all(folders.toSorted().map((name) => readTaskFile(modelsDir, name)));
  return found.filter((file) => file !== undefined);
}
