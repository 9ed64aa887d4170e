import { spawn } from 'node:child_process';
import { root } from '../models/folders.ts';

/**
 * Runs a command as a person types it in the repository's root.
 *
 * @returns the last line of what it printed
 * @throws {Error} with what it said, when it fails
 */
export function runStep(program: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, all] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-8000);
      all = (all + chunk).slice(-8000);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      all = (all + chunk).slice(-8000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output.trim().split('\n').at(-1) ?? '');
      else reject(new Error(`${program} ${args.join(' ')} ended with code ${code}:\n${all}`));
    });
  });
}
