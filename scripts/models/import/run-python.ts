import { spawn } from 'node:child_process';

/** How a Python script ended, and what it said. */
interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** The last line that it wrote to stderr. */
  readonly lastError: string;
}

/**
 * Runs a script of `training/`; rejects when there is no such interpreter.
 *
 * @param env all that the script sees of the environment; by default this process's own
 */
export function runPython(python: string, args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  return new Promise((settle, reject) => {
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env, cwd: env['HOME'] }) });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-4000);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors = (errors + chunk).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => settle({ code, output, lastError: errors.trim().split('\n').at(-1) ?? '' }));
  });
}
