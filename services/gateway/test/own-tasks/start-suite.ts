import { endWithTests, freePort, locateProgram } from '@facet/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** The whole suite on free ports, as one container runs it. */
export interface StartedSuite {
  readonly url: string;
  stop(): Promise<unknown>;
}

/**
 * Starts the gateway and a service for each task in the folder of models.
 *
 * @param tasks how many there are
 * @throws {Error} with what was printed, when it does not become ready
 */
export async function startSuite(tasks: number, env: Readonly<Record<string, string>>): Promise<StartedSuite> {
  const first = await freePort(tasks + 1);
  const { args, cwd } = locateProgram('all');
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOST: '127.0.0.1',
      PORT: String(first),
      DRAIN_DELAY: '50ms',
      ...env,
    },
  });
  endWithTests(child);
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString('utf8')));
  const url = `http://127.0.0.1:${first}`;
  while (child.exitCode === null) {
    const isReady = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, stop: () => (child.kill('SIGTERM'), exited) };
    await sleep(50);
  }
  throw new Error(`the suite ended with code ${child.exitCode}\n${output}`);
}
