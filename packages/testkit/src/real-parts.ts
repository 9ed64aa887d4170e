import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithTests } from './end-with-tests.ts';

/** The tools of the test cluster, once it has been built, are found without being on the PATH. */
const path = [process.env['PATH'], join(process.env['CLUSTER_CACHE'] ?? join(homedir(), '.cache', 'test-cluster'), 'bin')].join(delimiter);

/** Whether a program can be run here. */
function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v "$0"`, program], { env: { ...process.env, PATH: path } }).status === 0;
}

/**
 * `describe` for tests that need real programs, or where one is missing `describe.skip` with the reason in its name. With
 * `REAL_PARTS=required`, as in CI, all must be there.
 *
 * @throws {Error} when one is missing that is required
 */
export function describeWithParts(name: string, programs: readonly string[], body: () => void): void {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) describe(name, body);
  else if (process.env['REAL_PARTS'] === 'required') throw new Error(`${name} needs ${missing.join(', ')}, which CI must have`);
  else describe.skip(`${name} (skipped: needs ${missing.join(', ')})`, () => it('needs its programs', () => undefined));
}

/** A server that a test can stop and start again, at the same address and with what it kept. */
export interface RealServer {
  /** `http://…` or `redis://…` */
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Ends it and removes what it kept. */
  remove(): Promise<void>;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A port of this machine that is free, and as many after it as `count` says. It lies below those that the kernel gives to connections and to
 * servers on port 0: none of them can take it before the test does.
 */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = 11_000 + Math.floor(Math.random() * 20_000);
    const isEachFree = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (isEachFree.every(Boolean)) return first;
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

async function startServer(scheme: string, command: (port: number, directory: string) => [string, ...string[]]): Promise<RealServer & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'real-part-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server = {
    url: `${scheme}://127.0.0.1:${port}`,
    directory,
    async start(): Promise<void> {
      const [program, ...args] = command(port, directory);
      child = endWithTests(spawn(program, args, { stdio: 'ignore', cwd: directory, env: { ...process.env, PATH: path } }));
      for (let tries = 0; tries < 200; tries++) {
        if (await answers(port)) return;
        if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
        await sleep(50);
      }
      throw new Error(`${program} does not answer on port ${port}`);
    },
    async stop(): Promise<void> {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async remove(): Promise<void> {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** What the test's S3 server takes for its only user. */
export const s3Credentials = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' };
export const s3Region = 'us-west-2';

/** Starts a real S3 server (versitygw, over a folder) with one empty bucket. */
export async function startS3(bucket: string): Promise<RealServer> {
  const { accessKeyId, secretAccessKey } = s3Credentials;
  const server = await startServer('http', (port, directory) => [
    'versitygw',
    '--access',
    accessKeyId,
    '--secret',
    secretAccessKey,
    '--region',
    s3Region,
    '--port',
    `127.0.0.1:${port}`,
    'posix',
    directory,
  ]);
  await mkdir(join(server.directory, bucket));
  return server;
}

/**
 * Starts a real redis-server that keeps its data across stops.
 *
 * @param options of its own besides: `--cluster-enabled yes`. With `--tls-port 0` the only port speaks TLS
 */
export async function startRedis(options: readonly string[] = []): Promise<RealServer> {
  const isTls = options.includes('--tls-port');
  return startServer(isTls ? 'rediss' : 'redis', (port, directory) => [
    'redis-server',
    ...options.map((option, index) => (options[index - 1] === '--tls-port' ? String(port) : option)),
    '--port',
    isTls ? '0' : String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--appendonly',
    'yes',
    // A stop is a kill: what was answered must be on the disk by then.
    '--appendfsync',
    'always',
    '--save',
    '',
  ]);
}
