import { Cluster, eventually } from '../cluster/cluster.ts';
import { Load, countByStatus } from './load.ts';

const [a, b, c] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;

async function startCluster(env: Record<string, string> = {}): Promise<Cluster> {
  const cluster = await Cluster.start([a, b, c], (api, pods) => {
    api.set('digit', pods.port, { [a]: {}, [b]: {}, [c]: {} });
    return { DIGIT_URL: 'http://digit', MODEL_VERSIONS: 'v1', ...env };
  });
  await eventually(async () => (await cluster.metric('upstream_endpoints{service="digit",version="any",state="ready"}')) === 3, 'three pods');
  return cluster;
}

describe('a pod whose connections stay open and over which nothing comes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  it('costs what was sent to it before that was noticed, and nothing after: what made it silent must not go on to another pod', async () => {
    const load = new Load(cluster.gateway.url);
    const ask = { path: '/digit/v1/predict?delay=10', headers: { 'x-request-timeout-ms': '8000' } };
    await load.open(50, 1000, ask);
    cluster.pods.signal(a, 'SIGSTOP');
    const outcomes = await load.open(50, 12_000, ask);
    cluster.pods.signal(a, 'SIGCONT');
    load.close();
    const lost = outcomes.filter(({ status }) => status !== 200);
    // A third of what was sent within the two seconds that noticing takes at most, and on a busy machine a bit more.
    expect(lost.length).toBeLessThan(50);
    const began = outcomes[0]!.sentAt;
    expect(lost.filter(({ sentAt }) => sentAt > began + 4000)).toEqual([]);
    expect(await cluster.metric('upstream_hedges_total{service="digit",winner="second"}')).toBe(0);
  });
});

describe('hedging, for the tail', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ HEDGE_QUANTILE: '0.9' });
  });
  afterAll(() => cluster.stop());

  it('asks another pod for what takes long, and never for more than a tenth of all', async () => {
    const load = new Load(cluster.gateway.url);
    // One in twenty takes three seconds at one of the pods.
    const usual = { path: '/digit/v1/predict?delay=20' };
    const slow = { path: `/digit/v1/predict?delay=20&delay-${a}=3000` };
    await load.closed(4, 3000, usual);
    const before = load.outcomes.length;
    await Promise.all([load.open(40, 6000, usual), load.open(4, 6000, slow)]);
    const outcomes = load.outcomes.slice(before);
    load.close();
    expect(countByStatus(outcomes)).toEqual({ '200': outcomes.length });
    const [won, lost] = await Promise.all(['second', 'first'].map((winner) => cluster.metric(`upstream_hedges_total{service="digit",winner="${winner}"}`)));
    // Those that were sent to the slow pod first did not wait for it.
    const rescued = outcomes.filter(({ ms }) => ms < 3000).length;
    expect(won).toBeGreaterThan(0);
    expect(rescued).toBeGreaterThan(outcomes.length * 0.97);
    expect(won! + lost!).toBeLessThanOrEqual(load.outcomes.length / 10 + 10);
  });

  it('does not repeat what changes something', async () => {
    const hedges = (): Promise<number[]> =>
      Promise.all(['second', 'first'].map((winner) => cluster.metric(`upstream_hedges_total{service="digit",winner="${winner}"}`)));
    const before = await hedges();
    expect((await cluster.predict('/digit/reference/update?delay=1500')).status).toBe(200);
    expect(await hedges()).toEqual(before);
  });
});
