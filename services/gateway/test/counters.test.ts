import { spawnService, type SpawnedService } from '@facet/testkit';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const sum = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}\\{[^}]*route="/"[^}]*\\} (\\S+)$`, 'gm'))].reduce((total, [, value]) => total + Number(value), 0);

const workersOf = ({ process: { pid } }: SpawnedService): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

/** Over connections of their own, for one may be given to a process that does not answer now. */
async function scrape(url: string): Promise<{ requests: number; observed: number; summary: number }> {
  const read = (headers: Record<string, string>) =>
    Promise.any(
      [1, 2, 3].map(async () => (await fetch(`${url}/metrics`, { headers: { ...headers, connection: 'close' }, signal: AbortSignal.timeout(5000) })).text()),
    );
  const text = await read({});
  const { service_metrics: summary } = JSON.parse(await read({ accept: 'application/json' })) as { service_metrics: { total_requests: number } };
  return { requests: sum(text, 'http_requests_total'), observed: sum(text, 'http_request_duration_seconds_count'), summary: summary.total_requests };
}

async function ask(url: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer();
}

describe('counters of a service of several processes', () => {
  let gateway: SpawnedService;
  const until = async (condition: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 500 && !condition(); tries += 1) await sleep(20);
  };
  const listening = () => gateway.log.filter(({ msg }) => msg === 'listening').length;
  beforeEach(async () => {
    gateway = await spawnService('gateway', { WORKERS: '2' });
    await until(() => listening() === 2);
    await ask(gateway.url, 40);
  });
  afterEach(() => gateway.stop());

  it('keep what a process counted that is too busy to answer a scrape', async () => {
    const before = await scrape(gateway.url);
    expect(before).toMatchObject({ requests: 40, observed: 40 });
    const [busy] = workersOf(gateway);
    process.kill(busy!, 'SIGSTOP');
    const meanwhile = await scrape(gateway.url);
    process.kill(busy!, 'SIGCONT');
    await sleep(200);
    const after = await scrape(gateway.url);
    for (const { requests, observed } of [meanwhile, after]) expect([requests, observed]).toEqual([40, 40]);
    expect(meanwhile.summary).toBeGreaterThanOrEqual(before.summary);
    expect(after.summary).toBeGreaterThanOrEqual(meanwhile.summary);
  });

  it('keep what processes counted that were killed, and go on from there', async () => {
    let last = await scrape(gateway.url);
    for (let kills = 1; kills <= 2; kills += 1) {
      process.kill(workersOf(gateway)[0]!, 'SIGKILL');
      await sleep(50);
      const without = await scrape(gateway.url);
      await until(() => listening() === 2 + kills);
      await ask(gateway.url, 10);
      const then = await scrape(gateway.url);
      expect([without.requests, without.observed]).toEqual([last.requests, last.observed]);
      expect([then.requests, then.observed]).toEqual([last.requests + 10, last.observed + 10]);
      expect(without.summary).toBeGreaterThanOrEqual(last.summary);
      expect(then.summary).toBeGreaterThanOrEqual(without.summary);
      last = then;
    }
  });

  it('keep what a killed process counted that nobody had scraped for seconds', async () => {
    await sleep(3000);
    for (const pid of workersOf(gateway).slice(0, 1)) process.kill(pid, 'SIGKILL');
    await sleep(50);
    expect((await scrape(gateway.url)).requests).toBe(40);
  });
});
