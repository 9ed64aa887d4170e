import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

/**
 * What a program prints.
 *
 * @throws {Error} with what it said when it fails
 */
export function read(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`, { cause: error });
  return stdout.trim();
}

/**
 * Runs a program and shows what it says.
 *
 * @throws {Error} when it fails
 */
export function show(program: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} failed`, { cause: error });
}

/** Options of a build as every engine takes them. */
export function buildOptions(name: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [`--${name}`, `${key}=${value}`]);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
