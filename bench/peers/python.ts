import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(import.meta.dirname, '..', '.cache');

interface Venv {
  readonly bin: string;
  /** Of the packages that matter. */
  readonly versions: string;
  readonly prepare: () => Promise<void>;
}

/**
 * A peer's own Python, with exactly what its `requirements.txt` pins.
 *
 * @param python the interpreter that it is made of
 */
export function venv(peer: string, named: readonly string[], python = 'python3'): Venv {
  const folder = join(cache, 'venvs', peer);
  const bin = join(folder, 'bin');
  const pinned = join(import.meta.dirname, peer, 'requirements.txt');
  const installed = join(folder, 'installed.txt');
  return {
    bin,
    versions: versionsIn(readFileSync(pinned, 'utf8'), named),
    async prepare() {
      if (existsSync(installed) && (await readFile(installed, 'utf8')) === (await readFile(pinned, 'utf8'))) return;
      console.error(`${peer}: installing ${pinned}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await run(python, ['-m', 'venv', folder]).catch((cause: unknown) => {
        throw new Error(`'${python} -m venv' does not work here: ${firstLine(cause)}`, { cause });
      });
      await run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', pinned]);
      await copyFile(pinned, installed);
    },
  };
}

/** `['uvicorn']` to `uvicorn 0.54.0` */
function versionsIn(requirements: string, named: readonly string[]): string {
  const lines = requirements.split('\n').map((line) => line.split('=='));
  return named.map((name) => `${name} ${lines.find(([found]) => found === name)?.[1]}`).join(', ');
}

function firstLine(error: unknown): string {
  const { stdout = '', message = String(error) } = error as { stdout?: string; message?: string };
  return (stdout || message).trim().split('\n')[0]!;
}
