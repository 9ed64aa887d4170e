import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../folders.ts';

export const training = join(root, 'training');

/** Whoever lacks an environment is told how to get one. */
export const pythonHint = "training/.venv is not there: 'training/run' makes it, or '.ci/training' a smaller environment";

/** The first Python that has what the tests of the training code need. */
export function findPython(): string | undefined {
  return ['.venv', '.venv-test'].map((name) => join(training, name, 'bin', 'python')).find((path) => existsSync(path));
}

/**
 * Runs a module of the training code.
 *
 * @throws {Error} with what it wrote, when it fails
 */
export async function runTraining(module: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(findPython()!, ['-m', `facet_training.${module}`, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], PYTHONPATH: training },
  });
}
