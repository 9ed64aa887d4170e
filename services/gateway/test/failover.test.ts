import { inParallel } from '@facet/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, eventually, type Answer } from './cluster/cluster.ts';

const [a, b, c] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;

/** Open loop: a request every other millisecond, whether or not those before are answered; some things happen on the way. */
async function load(cluster: Cluster, path: string, requests: number, events: Readonly<Record<number, () => void>> = {}): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (let sent = 0; sent < requests; sent += 1) {
    events[sent]?.();
    answers.push(cluster.predict(path));
    await sleep(2);
  }
  return Promise.all(answers);
}

describe.each(['own', 'node'])('with the HTTP client %j, pods that fail', (client) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start([a, b, c], (api, pods, folder) => {
      api.set('digit', pods.port, { [a]: {}, [b]: {}, [c]: {} });
      for (const [service, host] of [
        ['gesture-v1', a],
        ['gesture-v2', b],
      ] as const)
        api.set(service, pods.port, { [host]: {} });
      const weights = join(folder, 'weights.json');
      writeFileSync(weights, '{"gesture":{"v1":50,"v2":50}}');
      return {
        UPSTREAM_HTTP_CLIENT: client,
        DIGIT_URL: 'http://digit',
        GESTURE_V1_URL: 'http://gesture-v1',
        GESTURE_V2_URL: 'http://gesture-v2',
        AB_WEIGHTS_FILE: weights,
      };
    });
    await eventually(() => cluster.api.watchers === 1, 'the watch');
  });
  afterAll(() => cluster.stop());

  it('ask another pod for what one has no room for', async () => {
    const answers = await inParallel(Array.from({ length: 60 }), 4, () => cluster.predict(`/digit/predict?say-${a}=overloaded`));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await cluster.metric('upstream_retries_total{service="digit",reason="overloaded"}')).toBeGreaterThan(5);
    // It is busy, not ill.
    expect(await cluster.metric('upstream_ejections_total{service="digit",version="any"}')).toBe(0);
  });

  it('pass its own words on when no pod has room', async () => {
    const { status, body } = await cluster.predict(`/digit/predict?say-${a}=overloaded&say-${b}=overloaded&say-${c}=overloaded`);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'overloaded' });
  });

  it('leave a pod alone that says it is starting', async () => {
    const answers = await inParallel(Array.from({ length: 60 }), 4, () => cluster.predict(`/digit/predict?say-${b}=starting`));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await cluster.metric('upstream_ejections_total{service="digit",version="any"}')).toBeGreaterThan(0);
    expect(await cluster.metric('upstream_retries_total{service="digit",reason="starting"}')).toBeLessThan(5);
  });

  it('a change is not asked for twice', async () => {
    const before = await cluster.metric('upstream_retries_total{service="digit",reason="overloaded"}');
    const answers = await inParallel(Array.from({ length: 12 }), 4, () =>
      cluster.predict(`/digit/reference/update?say-${a}=overloaded&say-${b}=overloaded&say-${c}=overloaded`),
    );
    expect(answers.every(({ body }) => body.code === 'overloaded')).toBe(true);
    expect(await cluster.metric('upstream_retries_total{service="digit",reason="overloaded"}')).toBe(before);
  });

  it('splits by the weights file, and follows it', async () => {
    const before = await cluster.spread('/gesture/predict', 100);
    expect(Math.min(before[a] ?? 0, before[b] ?? 0)).toBeGreaterThan(20);
    writeFileSync(join(cluster.folder, 'weights.json'), '{"gesture":{"v1":0,"v2":1}}');
    await eventually(async () => (await cluster.metric('version_weight{service="gesture",version="v1"}')) === 0, 'the new weights');
    expect(await cluster.spread('/gesture/predict', 100)).toEqual({ [b]: 100 });
    writeFileSync(join(cluster.folder, 'weights.json'), '{"gesture":{"v1":1,"v2":1}}');
    await eventually(async () => (await cluster.metric('version_weight{service="gesture",version="v1"}')) === 1, 'the old weights');
  });

  it('a version without endpoints gets nothing, except for requests that force it', async () => {
    cluster.api.set('gesture-v1', cluster.pods.port, {});
    await eventually(async () => (await cluster.predict('/gesture/v1/predict')).status === 503, 'the change');
    const answers = await inParallel(Array.from({ length: 60 }), 4, (_, user) => cluster.predict('/gesture/predict', { 'x-user-id': `user-${user}` }));
    expect(answers.map(({ body }) => body.path)).toEqual(answers.map(() => '/v2/predict'));
    const forced = await cluster.predict('/gesture/predict', { 'x-model-version': 'v1' });
    expect({ status: forced.status, code: forced.body.code, retryAfter: forced.headers.get('retry-after') }).toEqual({
      status: 503,
      code: 'upstream-unavailable',
      retryAfter: '1',
    });
    cluster.api.set('gesture-v1', cluster.pods.port, { [a]: {} });
    await eventually(async () => (await cluster.predict('/gesture/v1/predict')).status === 200, 'v1');
  });

  it('a pod is killed under load: not one request fails, before the cluster has noticed and after', async () => {
    // With the pod go those under way and, until it is ejected, those that are sent to it.
    const answers = await load(cluster, '/digit/predict?delay=20', 1500, {
      500: () => cluster.pods.signal(a, 'SIGKILL'),
      1000: () => cluster.api.set('digit', cluster.pods.port, { [b]: {}, [c]: {} }),
    });
    expect(answers.filter(({ status }) => status !== 200).map(({ status, body }) => ({ status, body }))).toEqual([]);
    expect(answers.filter(({ body }) => body.pod === a).length).toBeGreaterThan(50);
    const retries = await Promise.all(['connect', 'reset'].map((reason) => cluster.metric(`upstream_retries_total{service="digit",reason="${reason}"}`)));
    expect(retries[0]! + retries[1]!).toBeGreaterThan(0);
    expect(await cluster.metric('upstream_retry_budget_exhausted_total{service="digit"}')).toBe(0);
  });

  it('the only pod of a version is killed: requests that left the version open go to the other', async () => {
    const answers = await load(cluster, '/gesture/predict', 100);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.every(({ body }) => body.pod === b)).toBe(true);
  });
});
