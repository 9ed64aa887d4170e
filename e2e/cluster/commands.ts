import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The cluster of `E2E_KUBECONFIG`, or that of the current context. */
export const clusterEnv = { ...process.env, ...(process.env['E2E_KUBECONFIG'] && { KUBECONFIG: process.env['E2E_KUBECONFIG'] }) };

/** Runs a command to its end, whatever its end. */
export async function attempt(command: string, args: readonly string[], input?: string): Promise<Finished> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: clusterEnv });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => stderr.push(part));
  child.stdin.end(input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }));
  });
}

/** @throws {Error} with what the command printed, when it fails */
export async function run(command: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, input);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${stderr}${stdout}`);
  return stdout;
}

export async function kubectl(...args: string[]): Promise<string> {
  return run('kubectl', args);
}

export async function helm(...args: string[]): Promise<string> {
  return run('helm', args);
}

/** Applies objects, given as values. */
export async function apply(...objects: object[]): Promise<void> {
  await run('kubectl', ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

/** Reads an object or a list. */
export async function read<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl('get', ...args, '-o', 'json')) as T;
}

/**
 * Asks again and again until there is an answer.
 *
 * @throws {Error} that says what did not come, and the last fault
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 120): Promise<T> {
  const givesUpAt = Date.now() + seconds * 1000;
  let fault: unknown;
  while (Date.now() < givesUpAt) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      fault = error;
    }
    await sleep(500);
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: fault });
}
