import { freePort, inParallel, spawnService, type SpawnedService } from '@facet/testkit';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const answerAfterMs = 1500;

/** A service that takes its time. */
let upstream: Server;
let folder: string;
let arrived = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signals-'));
  upstream = createServer((request, response) => {
    request.resume();
    arrived += 1;
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'), answerAfterMs);
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
  arrived = 0;
  const gateway = await spawnService('gateway', {
    WORKERS: '2',
    GESTURE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    DRAIN_TIMEOUT: '20s',
    ...env,
  });
  const workers = env['WORKERS'] === '1' ? 1 : 2;
  await until(() => env['LOG_FILE'] !== undefined || gateway.log.filter(({ msg }) => msg === 'listening').length === workers);
  return gateway;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500 && !(await condition()); tries += 1) await sleep(20);
}

const children = ({ process: { pid } }: SpawnedService): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** As systemd, cri-o and `kill -TERM -PGID` do: to every process at once. */
function signalAll(service: SpawnedService, signal: NodeJS.Signals): void {
  for (const pid of [...children(service), service.process.pid!]) process.kill(pid, signal);
}

/** Requests that are in flight when `act` is called; gives back what became of them. */
async function inFlight(service: SpawnedService, act: () => void): Promise<(number | string)[]> {
  const outcomes = inParallel([1, 2, 3, 4, 5, 6], 6, () =>
    fetch(`${service.url}/gesture/v1/predict`, { method: 'POST', body: '{}', headers: { connection: 'close' } }).then(
      async (answer) => (await answer.json(), answer.status),
      (error: Error) => `${error.message}: ${(error.cause as Error | undefined)?.message}`,
    ),
  );
  await until(() => arrived >= 6);
  act();
  return outcomes;
}

const allAnswered = [200, 200, 200, 200, 200, 200];

describe('a gateway of several processes with requests in flight', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('drains when %s reaches every process', async (signal) => {
    const gateway = await start();
    expect(await inFlight(gateway, () => signalAll(gateway, signal))).toEqual(allAnswered);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.log.filter(({ msg }) => msg === 'a serving process died; restarting it')).toEqual([]);
  });

  it.each(['1', '2'])('drains when SIGTERM and SIGINT come again and again, with %s workers', async (workers) => {
    const gateway = await start({ WORKERS: workers });
    const outcomes = await inFlight(gateway, () => {
      signalAll(gateway, 'SIGTERM');
      for (const afterMs of [50, 200, 400, 600]) setTimeout(() => ['SIGTERM', 'SIGINT'].forEach((each) => signalAll(gateway, each as NodeJS.Signals)), afterMs);
    });
    expect(outcomes).toEqual(allAnswered);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.log.some(({ msg }) => msg === 'repeated stop signal; still draining')).toBe(true);
  });

  it('drains when its primary process is killed, and leaves no process', async () => {
    const gateway = await start();
    const pids = children(gateway);
    expect(pids).toHaveLength(2);
    expect(await inFlight(gateway, () => gateway.process.kill('SIGKILL'))).toEqual(allAnswered);
    await until(() => !pids.some(isAlive));
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe('a process that is killed while it starts', () => {
  it('is replaced, and those that serve go on', async () => {
    const gateway = await start();
    const before = children(gateway);
    process.kill(before[0]!, 'SIGKILL');
    await until(() => children(gateway).some((pid) => !before.includes(pid)));
    // As the kernel does when memory is short, or a SIGHUP to the whole group before its handler stands.
    process.kill(
      children(gateway).find((pid) => !before.includes(pid))!,
      'SIGHUP',
    );
    const listening = () => gateway.log.filter(({ msg }) => msg === 'listening').length;
    await until(() => listening() === 3);
    expect(listening()).toBe(3);
    expect(isAlive(before[1]!)).toBe(true);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  });
});

describe('a log file', () => {
  const lines = async (path: string): Promise<Record<string, unknown>[]> =>
    (await readFile(path, 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = async (path: string): Promise<number> => (await lines(path)).filter(({ msg }) => msg === 'request').length;

  it.each(['1', '2'])('that was renamed is opened again at SIGHUP by each of %s workers, with requests in flight', async (workers) => {
    const file = join(folder, `hup-${workers}.log`);
    const gateway = await start({ WORKERS: workers, LOG_FILE: file, PORT: String(await freePort()) });
    await until(async () => (await lines(file)).filter(({ msg }) => msg === 'listening').length === Number(workers));
    await rename(file, `${file}.1`);
    const outcomes = await inFlight(gateway, () => {
      signalAll(gateway, 'SIGHUP');
      gateway.process.kill('SIGHUP');
    });
    expect(outcomes).toEqual(allAnswered);
    await until(async () => (await requests(file)) >= 6);
    expect(await requests(file)).toBe(6);
    expect(await requests(`${file}.1`)).toBe(0);
    expect(await gateway.stop()).toBe(0);
    expect((await lines(file)).filter(({ msg }) => msg === 'stopped')).toHaveLength(Number(workers));
  });

  it('that cannot be written costs no answer: one warning, a metric, and an end in order', async () => {
    const gateway = await start({ WORKERS: '1', LOG_FILE: '/dev/full', PORT: String(await freePort()) });
    const statuses = await inParallel(Array.from({ length: 300 }), 4, async () => (await fetch(`${gateway.url}/nothing`)).status);
    expect(new Set(statuses)).toEqual(new Set([404]));
    await sleep(500);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^storage_write_failures_total\{store="log"\} [1-9]/m);
    expect(metrics).toMatch(/^storage_write_failing\{store="log"\} 1$/m);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output.filter((line) => line.includes('log lines cannot be written'))).toHaveLength(1);
    expect(gateway.output.join('\n')).toContain('ENOSPC');
  });
});
