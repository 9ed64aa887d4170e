import { runtimeTuningEnv, runtimeTuningFlags } from '@facet/config';
import { builtInTasks, type BuiltInTask, type Kind } from '@facet/contracts';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithTests } from './end-with-tests.ts';
import { locateProgram } from './locate-program.ts';

/** Programs of the suite: the gateway, and a service for each kind. */
export type ServiceName = 'gateway' | Kind;

/** One service as a process of its own on a free port, as it runs in production. */
export interface SpawnedService {
  readonly url: string;
  readonly process: ChildProcess;
  /** Lines that it logged so far, parsed where they are JSON. */
  readonly log: Record<string, unknown>[];
  /** Every line that it printed so far, as it is. */
  readonly output: readonly string[];
  /** Sends SIGTERM and gives back the exit code. */
  stop(): Promise<number | null>;
}

interface SpawnOptions {
  /** Do not wait until it is ready: for services that never will be. */
  readonly unready?: boolean;
}

const startTimeoutMs = 120_000;

/** Nothing listens there. The defaults lead to a suite that may run on this machine, which no test may use. */
const unreachable = urlSettings(() => 'http://127.0.0.1:9');

/**
 * Starts a service and waits until it is ready.
 *
 * @param env settings besides the process's own environment; with `LOG_FILE`, also a `PORT`
 * @throws {Error} with what it printed, when it ends or does not become ready
 */
export async function spawnService(
  name: ServiceName,
  env: Readonly<Record<string, string>> = {},
  { unready = false }: SpawnOptions = {},
): Promise<SpawnedService> {
  const { args, cwd } = locateProgram(name);
  const command = [...runtimeTuningFlags, ...args];
  const child = spawn(process.execPath, command, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...runtimeTuningEnv,
      PATH: process.env['PATH'],
      // Saves a service half of the CPU time of its start.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_FORMAT: 'json',
      DRAIN_DELAY: '100ms',
      WORKERS: '1',
      STATE_DIR: 'none',
      SAMPLES_DIR: 'none',
      ...unreachable,
      ...env,
    },
  });
  endWithTests(child);
  const log: Record<string, unknown>[] = [];
  const output: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      output.push(line);
      if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
    });
  }
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });

  const fail = (what: string): Error => new Error(`${name} ${what}\n${output.join('\n')}`);
  const until = Date.now() + startTimeoutMs;
  for (;;) {
    if (child.exitCode !== null) throw fail(`ended with code ${child.exitCode}`);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw fail('did not become ready');
    }
    // A log that goes to a file does not say here where the service listens.
    const port = env['LOG_FILE'] === undefined ? log.find(({ msg }) => msg === 'listening')?.['port'] : env['PORT'];
    const url = `http://127.0.0.1:${String(port)}`;
    if (port !== undefined && (unready || (await isReady(url)))) {
      return {
        url,
        process: child,
        log,
        output,
        stop() {
          child.kill('SIGTERM');
          return exited;
        },
      };
    }
    await sleep(20);
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Where a gateway finds the tasks that every suite has. */
function urlSettings(urlOf: (task: BuiltInTask) => string): Record<string, string> {
  return Object.fromEntries(builtInTasks.map((task) => [`${task.toUpperCase()}_URL`, urlOf(task)]));
}

/** The whole suite: the services of the tasks that every suite has, and a gateway in front of them. */
export interface SpawnedSuite extends Readonly<Record<'gateway' | BuiltInTask, SpawnedService>> {
  stop(): Promise<void>;
}

export async function spawnSuite(env: Readonly<Record<string, string>> = {}): Promise<SpawnedSuite> {
  const spawned = await Promise.all(builtInTasks.map(async (task) => [task, await spawnService(task, env)] as const));
  const services = Object.fromEntries(spawned) as Record<BuiltInTask, SpawnedService>;
  const gateway = await spawnService('gateway', { ...env, ...urlSettings((task) => services[task].url) });
  return {
    gateway,
    ...services,
    async stop() {
      await gateway.stop();
      await Promise.all(Object.values(services).map((service) => service.stop()));
    },
  };
}
