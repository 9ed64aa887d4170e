import { describeWithParts, locateProgram, startRedis } from '@facet/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(__dirname, '..', '..', '..');

interface Started {
  readonly url: string;
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
}

/** As an image starts it, on four ports in a row that are most likely free. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const { args, cwd } = locateProgram('all');
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], PORT: String(port), HOST: '127.0.0.1', DRAIN_DELAY: '50ms', MODEL_VERSIONS: 'v1', AB_WEIGHTS: 'v1=100', ...env },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null) {
    const ready = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) break;
    await sleep(50);
  }
  return { url, process: child, exited };
}

/** Processes below another one, by what they run. */
function childrenOf(parent: number): Map<string, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid): [string, number][] => {
      try {
        const above = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        const name = /(?:services|dist)\/(\w+)\/(?:src\/)?main\.[jt]s/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1];
        return above === parent && name !== undefined ? [[name, Number(pid)]] : [];
      } catch {
        return []; // It has ended meanwhile.
      }
    }),
  );
}

const hand = readFileSync(join(root, 'examples', 'hand.json'));
const ask = (url: string): Promise<Response> =>
  fetch(`${url}/gesture/predict`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: new Uint8Array(hand) });

test('who finds the port open is served, and SIGTERM ends all in order', async () => {
  const { url, process: child, exited } = await start();
  const answer = await ask(url);
  expect([answer.status, await answer.json()]).toMatchObject([200, { gesture: 'like' }]);
  const services = [...childrenOf(child.pid!).values()];
  expect(services).toHaveLength(4);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  for (const pid of services) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('when a service dies the others end too, and so does the container, with a failure', async () => {
  const { process: child, exited } = await start();
  const services = childrenOf(child.pid!);
  process.kill(services.get('gesture')!, 'SIGKILL');
  expect(await exited).toBe(1);
  for (const pid of services.values()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

describeWithParts('with Redis', ['redis-server'], () => {
  it('starts, and gives predictions again from there', async () => {
    const redis = await startRedis();
    const { url, process: child, exited } = await start({ REDIS_URL: redis.url, CACHE: 'redis' });
    const answers = [await ask(url), await ask(url)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const until = Date.now() + 5000;
    while (Date.now() < until && (await ask(url)).headers.get('x-cache') !== 'hit') await sleep(50);
    expect((await ask(url)).headers.get('x-cache')).toBe('hit');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await redis.remove();
  });
});
