import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedFiles } from './files.ts';

const root = join(import.meta.dirname, '..', '..');

export async function build(): Promise<void> {
  for (const [path, text] of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Paths of generated files that are not what the sources say. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of generatedFiles()) {
    const found = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (found !== text) stale.push(path);
  }
  return stale;
}
