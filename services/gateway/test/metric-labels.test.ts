import { taskContracts } from '@facet/contracts';
import { inParallel, spawnService, type SpawnedService } from '@facet/testkit';
import { Agent, request as ask } from 'node:http';
import { before, startStub, type StubService } from './access/stub-service.ts';

const [{ task }] = taskContracts;

/** Names and labels of all series, without their values; what Node has open at the moment comes and goes. */
async function series({ url }: SpawnedService): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith('#') || line.startsWith('nodejs_active_') ? [] : [line.slice(0, line.lastIndexOf(' '))]));
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE', 'PROPFIND'];
const statuses = [200, 400, 403, 404, 405, 413, 415, 422, 426];

/** Odd requests, each with a number of its own wherever a caller can put one. */
const kinds: readonly ((n: number) => { path: string; method: string; headers?: Record<string, string> })[] = [
  (n) => ({ path: `/x${n}`, method: methods[n % methods.length]! }),
  (n) => ({ path: `/${task}/x${n}`, method: methods[n % methods.length]! }),
  (n) => ({ path: `/${task}/v${n}/predict`, method: 'POST' }),
  (n) => ({ path: `/${task}/samples/x${n}/input`, method: 'GET' }),
  (n) => ({ path: `/${task}/samples/x${n}/label`, method: 'POST' }),
  (n) => ({ path: `/${task}/samples/x${n}/input`, method: 'PUT' }),
  (n) => ({ path: `/assets/x${n}.js`, method: 'GET' }),
  (n) => ({ path: `/v2/models/x${n}/infer`, method: 'POST' }),
  (n) => ({ path: `/v2/models/${task}/versions/${n}/infer`, method: 'POST' }),
  (n) => ({ path: `/v2/models/${task}/x${n}`, method: 'GET' }),
  (n) => ({ path: `/${task}/v2/models/x${n}/versions/${n}/stats`, method: 'GET' }),
  (n) => ({ path: `/${task}/predict?x${n}=1`, method: 'POST' }),
  (n) => ({ path: `/${task}/predict`, method: 'POST', headers: { 'x-model-version': `v${n + 3}` } }),
  (n) => ({
    path: `/${task}/predict`,
    method: 'POST',
    headers: { 'x-user-id': `u${n}`, 'x-client-id': `c${n}`, 'x-request-id': `r${n}`, origin: `http://o${n}` },
  }),
  (n) => ({
    path: `/${task}/predict`,
    method: 'POST',
    headers: { traceparent: `00-${n.toString(16).padStart(32, '1')}-${n.toString(16).padStart(16, '1')}-00` },
  }),
  (n) => ({ path: `/${task}//x${n}`, method: 'GET' }),
];

describe('the labels of metrics', () => {
  let stub: StubService;
  let gateway: SpawnedService;
  beforeAll(async () => {
    stub = await startStub();
    gateway = await spawnService('gateway', { ...before(stub), ACCESS_LOG: 'false', CACHE: 'memory', SHADOW_SHARE: '1' });
  });
  afterAll(async () => {
    await gateway.stop();
    stub.close();
  });

  it('come from closed lists: 10,000 odd requests add no series', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const { hostname, port } = new URL(gateway.url);
    const send = (n: number, kind: (typeof kinds)[number]) =>
      new Promise<number>((resolve, reject) => {
        const { path, method, headers = {} } = kind(n);
        const call = ask(
          { agent, hostname, port, path, method, headers: { ...headers, 'content-type': 'application/json', 'content-length': method === 'POST' ? 2 : 0 } },
          (answer) => {
            answer.resume().once('end', () => resolve(answer.statusCode!));
          },
        );
        call.once('error', reject);
        call.end(method === 'POST' ? '{}' : undefined);
      });
    // One round of every kind with every method, so that what may be counted is counted.
    for (const kind of kinds) for (let n = 0; n < 2 * methods.length; n += 1) await send(n, kind);
    // Reading them is a request that counts, too.
    await series(gateway);
    const known = new Set(await series(gateway));
    stub.asked.length = 0;
    const numbers = Array.from({ length: 10_000 }, (_, n) => n + 100);
    const seen = new Set<number>();
    await inParallel(numbers, 16, async (n) => void seen.add(await send(n, kinds[n % kinds.length]!)));
    agent.destroy();
    expect((await series(gateway)).filter((name) => !known.has(name))).toEqual([]);
    expect([...seen].filter((status) => !statuses.includes(status))).toEqual([]);
    for (const name of known) expect(name).not.toMatch(/[a-z]\d{3,}/);
    // On a busy machine 10,000 requests take a while.
  }, 300_000);
});
