import { endWithTests, freePort } from '@facet/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

jest.setTimeout(180_000);

const root = join(__dirname, '..', '..', '..');
const answerAfterMs = 2000;

/** Answers gestures in the service's place, slowly: what is in flight at the gateway. */
let slow: Server;
let arrived = 0;
beforeAll(async () => {
  slow = createServer((request, response) => {
    request.resume();
    arrived += 1;
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), answerAfterMs);
  });
  await once(slow.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  slow.closeAllConnections();
  slow.close();
});

interface Started {
  readonly launcher: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly ports: readonly number[];
  /** Every process of it that lives, by what it runs. */
  processes(): Map<number, string>;
}

let runs = 0;

async function start(
  program: readonly string[],
  ports: readonly number[],
  env: Readonly<Record<string, string>>,
  command = process.execPath,
): Promise<Started> {
  // By a mark in their environment, as a cgroup would know them.
  const mark = `FACET_STOP_TEST=${process.pid}-${(runs += 1)}`;
  const [name, value] = mark.split('=') as [string, string];
  const launcher = spawn(command, program, {
    cwd: root,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      HOST: '127.0.0.1',
      MODEL_VERSIONS: 'v1',
      AB_WEIGHTS: 'v1=100',
      DRAIN_DELAY: '1s',
      GESTURE_URL: `http://127.0.0.1:${(slow.address() as AddressInfo).port}`,
      ...env,
      [name]: value,
    },
  });
  endWithTests(launcher);
  const exited = new Promise<number | null>((resolve) => launcher.once('exit', resolve));
  const processes = (): Map<number, string> =>
    new Map(
      readdirSync('/proc').flatMap((pid): [number, string][] => {
        try {
          if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)) return [];
          return [[Number(pid), readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]];
        } catch {
          return [];
        }
      }),
    );
  while (launcher.exitCode === null && !(await isServed(ports[0]!))) await sleep(50);
  expect(launcher.exitCode).toBeNull();
  return { launcher, exited, ports, processes };
}

const isServed = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false))).finally(() => socket.destroy());
}

const predict = (port: number): Promise<number | string> =>
  fetch(`http://127.0.0.1:${port}/gesture/v1/predict`, { method: 'POST', body: '{}', headers: { connection: 'close' } }).then(
    async (answer) => (await answer.arrayBuffer(), answer.status),
    (error: Error) => `${error.message}: ${(error.cause as Error | undefined)?.message}`,
  );

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries += 1) await sleep(10);
}

/** Acts with requests in flight; gives back what became of them, once every process has ended. */
async function stopped({ ports, processes }: Started, act: () => void): Promise<(number | string)[]> {
  arrived = 0;
  const outcomes = Promise.all([1, 2, 3, 4].map(() => predict(ports[0]!)));
  await until(() => arrived >= 4);
  act();
  const statuses = await outcomes;
  for (let tries = 0; tries < 300 && processes().size > 0; tries += 1) await sleep(50);
  expect([...processes().values()]).toEqual([]);
  expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
  return statuses;
}

const answered = [200, 200, 200, 200];

describe('the image of all services', () => {
  const startAll = async (): Promise<Started> => {
    const port = await freePort(4);
    return start(['--conditions=source', 'services/all/src/main.ts'], [port, port + 1, port + 2, port + 3], { PORT: String(port) });
  };

  it('drains when SIGTERM reaches every process, in order: the services answer until the gateway has stopped', async () => {
    const suite = await startAll();
    let late: Promise<number> | undefined;
    const digit = readFileSync(join(root, 'examples', 'digit.png'));
    const outcomes = await stopped(suite, () => {
      for (const pid of suite.processes().keys()) process.kill(pid, 'SIGTERM');
      // Within the gateway's drain delay, when a service that drained by itself would be gone.
      late = sleep(600).then(async () => {
        const answer = await fetch(`http://127.0.0.1:${suite.ports[0]}/digit/predict`, {
          method: 'POST',
          headers: { 'content-type': 'image/png' },
          body: new Uint8Array(digit),
        });
        return answer.status;
      });
    });
    expect(outcomes).toEqual(answered);
    expect(await late).toBe(200);
    expect(await suite.exited).toBe(0);
  });

  it('lives on after SIGHUP, and drains when SIGTERM comes twice', async () => {
    const suite = await startAll();
    const before = [...suite.processes().keys()];
    for (const pid of before) process.kill(pid, 'SIGHUP');
    await sleep(500);
    expect([...suite.processes().keys()]).toEqual(before);
    const outcomes = await stopped(suite, () => {
      suite.launcher.kill('SIGTERM');
      setTimeout(() => suite.launcher.kill('SIGTERM'), 300);
      setTimeout(() => [...suite.processes().keys()].forEach((pid) => process.kill(pid, 'SIGTERM')), 600);
    });
    expect(outcomes).toEqual(answered);
  });
});

describe('npm start', () => {
  const startSuite = async (...command: [] | [string]): Promise<Started> => {
    const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const [GATEWAY_PORT, GESTURE_PORT, DIGIT_PORT, DETECTION_PORT] = ports.map(String) as [string, string, string, string];
    const program = command.length === 0 ? ['scripts/bootstrap.mjs', 'start'] : ['start'];
    return start(program, ports, { GATEWAY_PORT, GESTURE_PORT, DIGIT_PORT, DETECTION_PORT }, ...command);
  };
  const pidOf = ({ processes }: Started, program: string): number => [...processes()].find(([, command]) => command.includes(program))![0];

  it.each<[string, (suite: Started) => void]>([
    ['SIGTERM to the bootstrap', ({ launcher }) => launcher.kill('SIGTERM')],
    ['SIGINT to the bootstrap', ({ launcher }) => launcher.kill('SIGINT')],
    [
      'SIGHUP to both launchers, as a closed terminal sends it',
      (suite) => [pidOf(suite, 'bootstrap.mjs'), pidOf(suite, 'scripts/start.ts')].forEach((pid) => process.kill(pid, 'SIGHUP')),
    ],
    ['SIGTERM to every process', ({ processes }) => [...processes().keys()].forEach((pid) => process.kill(pid, 'SIGTERM'))],
    ['a bootstrap that is killed', ({ launcher }) => launcher.kill('SIGKILL')],
    ['a launcher that is killed', (suite) => process.kill(pidOf(suite, 'scripts/start.ts'), 'SIGKILL')],
    ['both launchers killed', (suite) => [pidOf(suite, 'bootstrap.mjs'), pidOf(suite, 'scripts/start.ts')].forEach((pid) => process.kill(pid, 'SIGKILL'))],
    ['a service that is told to stop', (suite) => process.kill(pidOf(suite, 'services/digit'), 'SIGTERM')],
  ])('answers what is in flight, and leaves no process and no port, after %s', async (_, act) => {
    const suite = await startSuite();
    expect(await stopped(suite, () => act(suite))).toEqual(answered);
  });

  it.each<[string, (suite: Started) => void]>([
    ['npm that is killed', ({ launcher }) => launcher.kill('SIGKILL')],
    ['SIGTERM to npm', ({ launcher }) => launcher.kill('SIGTERM')],
  ])('answers what is in flight, and leaves no process and no port, after %s', async (_, act) => {
    const suite = await startSuite('npm');
    expect(await stopped(suite, () => act(suite))).toEqual(answered);
  });
});
