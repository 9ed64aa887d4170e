import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from '../measure/process-tree.ts';
import type { Case } from '../payloads/cases.ts';
import type { Body } from '../payloads/request.ts';
import type { Contestant, Launch } from './contestant.ts';
import * as reaper from './reaper.ts';

const root = join(import.meta.dirname, '..', '..');
const startTimeoutMs = 120_000;
const stopTimeoutMs = 10_000;

/** A contestant that runs and has given a right answer. */
export interface Server {
  readonly contestant: Contestant;
  readonly port: number;
  readonly path: string;
  /** From the first spawn to the first right answer. */
  readonly startMs: number;
  /** All its processes that count, as they are now. */
  pids(): number[];
  /** The last that it printed. */
  printed(): string;
  stop(): Promise<void>;
}

/**
 * Starts a contestant and asks until the answer is right.
 *
 * @throws {Error} with what it printed, when it ends or gives no right answer in time
 */
export async function startServer(contestant: Contestant, { task, isRight }: Case, body: Body): Promise<Server> {
  const { launches, behind = 0, port, path } = await contestant.launches(task, freePort);
  const beganAt = performance.now();
  const printed: string[] = [];
  const children = launches.map((launch) => start(launch, printed));
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
  };

  let answer = 'no answer';
  while (performance.now() - beganAt < startTimeoutMs) {
    if (children.some(hasEnded)) break;
    answer = await ask(port, path, body);
    if (isRightJson(answer, (parsed) => isRight(contestant.protocol?.answer(parsed) ?? parsed))) {
      const startMs = performance.now() - beganAt;
      const pids = (): number[] => children.slice(behind).flatMap((child) => (hasEnded(child) ? [] : processTree(child.pid!)));
      return { contestant, port, path, startMs, pids, printed: () => tail(printed), stop };
    }
    await sleep(10);
  }
  await stop();
  throw new Error(`${contestant.name} gives no right answer for ${task}: ${answer.slice(0, 300)}\n${tail(printed)}`);
}

function start({ command, args, env = {}, cwd = root }: Launch, printed: string[]): ChildProcess {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env } });
  if (child.pid !== undefined) reaper.endWithUs(child.pid);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  return child;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function tail(printed: readonly string[]): string {
  return printed.join('').slice(-3000);
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) {
    // Its number may be another's by now.
    if (child.pid !== undefined) reaper.hasEnded(child.pid);
    return;
  }
  const tree = processTree(child.pid!);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([exited, sleep(stopTimeoutMs, undefined, { ref: false })]);
  for (const pid of tree) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself, as it should.
    }
  }
  reaper.hasEnded(child.pid!);
}

async function ask(port: number, path: string, { contentType, bytes, headers }: Body): Promise<string> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType },
      body: new Uint8Array(bytes),
      signal: AbortSignal.timeout(10_000),
    });
    return await answer.text();
  } catch (error) {
    return String(error instanceof Error ? (error.cause ?? error) : error);
  }
}

function isRightJson(text: string, isRight: Case['isRight']): boolean {
  try {
    return isRight(JSON.parse(text));
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
