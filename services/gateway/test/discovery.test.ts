import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, eventually } from './cluster/cluster.ts';

const [a, b, c] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
const leaving = { ready: false, serving: true, terminating: true };
const dead = { ready: false, serving: false };

describe('a gateway that watches EndpointSlices', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start([a, b, c], (api, pods) => {
      api.set('digit', pods.port, { [a]: {}, [b]: {}, [c]: dead });
      return { DIGIT_URL: 'http://digit', GESTURE_URL: 'http://gesture.vision.svc.cluster.local' };
    });
    await eventually(() => cluster.api.watchers === 1, 'the watch');
  });
  afterAll(() => cluster.stop());

  /** Sets digit's endpoints and waits until the gateway knows. */
  async function endpoints(addresses: Parameters<Cluster['api']['set']>[2]): Promise<void> {
    const ready = Object.values(addresses).filter((said) => said.ready ?? true).length;
    const all = Object.keys(addresses).length;
    cluster.api.set('digit', cluster.pods.port, addresses);
    await eventually(
      async () => {
        const counts = await Promise.all(
          ['ready', 'ejected', 'serving', 'unready'].map((state) => cluster.metric(`upstream_endpoints{service="digit",version="any",state="${state}"}`)),
        );
        const [isReady = 0, isEjected = 0] = counts;
        return isReady + isEjected === ready && counts.reduce((sum, count) => sum + count, 0) === all;
      },
      `endpoints ${JSON.stringify(addresses)}`,
    );
  }

  it('spreads requests over the ready pods, and only those', async () => {
    const { [a]: first = 0, [b]: second = 0, ...rest } = await cluster.spread('/digit/predict', 200);
    expect(rest).toEqual({});
    expect(Math.min(first, second)).toBeGreaterThan(60);
    expect(cluster.said(/found by their EndpointSlices/)).toHaveLength(1);
  });

  it('sends nothing more to a pod that terminates, while its requests finish there', async () => {
    await endpoints({ [a]: {} });
    const slow = cluster.predict('/digit/predict?delay=1500');
    await sleep(100);
    await endpoints({ [a]: leaving, [b]: {} });
    expect(await cluster.spread('/digit/predict')).toEqual({ [b]: 60 });
    expect((await slow).body.pod).toBe(a);
    expect(await cluster.metric('upstream_retries_total{service="digit",reason="gone"}')).toBe(0);
  });

  it('takes pods that serve still, rather than none', async () => {
    await endpoints({ [a]: leaving, [b]: { ready: false, serving: false, terminating: true } });
    expect(await cluster.spread('/digit/predict')).toEqual({ [a]: 60 });
    await endpoints({ [a]: leaving, [c]: {} });
    expect(await cluster.spread('/digit/predict')).toEqual({ [c]: 60 });
  });

  it('asks another pod when one vanishes with its connections open', async () => {
    await endpoints({ [a]: {} });
    const stuck = cluster.predict('/digit/predict?delay=300');
    await sleep(100);
    cluster.pods.signal(a, 'SIGSTOP');
    await endpoints({ [b]: {} });
    const { status, body } = await stuck;
    cluster.pods.signal(a, 'SIGCONT');
    expect({ status, pod: body.pod }).toEqual({ status: 200, pod: b });
    expect(await cluster.metric('upstream_retries_total{service="digit",reason="gone"}')).toBe(1);
  });

  it('has no endpoint: 503, when to come back, and a line in the log each way', async () => {
    await endpoints({ [a]: dead });
    const { status, headers, body } = await cluster.predict('/digit/predict');
    expect({ status, code: body.code, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, code: 'upstream-unavailable', retryAfter: '1' });
    await endpoints({ [a]: {} });
    expect((await cluster.predict('/digit/predict')).status).toBe(200);
    await eventually(() => cluster.said(/endpoints are available again/).length === 1, 'the line');
    expect(cluster.said(/no endpoint is available/)).toHaveLength(1);
  });

  it('lists again when its version is too old, and goes on from a bookmark when the watch is cut', async () => {
    cluster.api.asked.length = 0;
    cluster.api.compact();
    await eventually(() => cluster.api.watchers === 1, 'a new watch');
    expect(cluster.api.asked[0]).toBe('list');
    await endpoints({ [b]: {} });
    cluster.api.bookmark();
    await sleep(100);
    cluster.api.asked.length = 0;
    cluster.api.cut();
    cluster.api.set('digit', cluster.pods.port, { [c]: {} });
    await eventually(async () => (await cluster.predict('/digit/predict')).body.pod === c, 'the change that it missed');
    expect(cluster.said(/API server is unreachable/)).toEqual([]);
  });

  it('keeps what it knows while the API server is away, says so once, and catches up', async () => {
    await endpoints({ [a]: {}, [b]: {} });
    cluster.api.stop();
    await eventually(() => cluster.said(/API server is unreachable/).length > 0, 'a word of it');
    expect(Object.keys(await cluster.spread('/digit/predict')).toSorted()).toEqual([a, b]);
    await sleep(1500);
    expect(cluster.said(/API server is unreachable/)).toHaveLength(1);
    await cluster.api.start();
    cluster.api.set('digit', cluster.pods.port, { [c]: {} });
    await eventually(() => cluster.said(/found by their EndpointSlices/).length === 2, 'the watch');
    expect(await cluster.spread('/digit/predict')).toEqual({ [c]: 60 });
  });
});

describe('a gateway that may not watch', () => {
  it.each([
    ['without rights', 403, /no permission to list and watch EndpointSlices/],
    ['without a cluster', undefined, /Kubernetes discovery is unavailable/],
  ])('%s: asks services by their names, and says so once', async (_what, refuseWith, says) => {
    const cluster = await Cluster.start([a], (api, pods) => {
      api.refuseWith = refuseWith;
      // Names of this machine that look like Services: one that is not found by DNS, and one that is no Service at all.
      return { DIGIT_URL: 'http://digit', GESTURE_URL: `http://${a}:${pods.port}`, ...(refuseWith === undefined && { KUBECONFIG: '' }) };
    });
    try {
      await eventually(() => cluster.said(says).length > 0, 'a word of it');
      expect(await cluster.spread('/gesture/predict', 10)).toEqual({ [a]: 10 });
      const { status, body } = await cluster.predict('/digit/predict');
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'upstream-unavailable' });
      await sleep(1000);
      expect(cluster.said(says)).toHaveLength(1);
      expect(cluster.api.asked.filter((what) => what === 'list').length).toBe(refuseWith === undefined ? 0 : 1);
    } finally {
      await cluster.stop();
    }
  });
});
