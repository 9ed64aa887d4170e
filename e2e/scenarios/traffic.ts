import { edge, host, ingress } from '../cluster/edge.ts';
import { prepareLoad, runLoad } from '../cluster/load-pod.ts';
import { addOwnTasks, canHaveOwnTasks, ownTasks } from '../cluster/own-tasks.ts';
import { allReady, namespace, upgradeSuite } from '../cluster/release.ts';
import { recordResult } from '../cluster/results.ts';
import type { LoadJob } from '../load/job.ts';

const requests = 2000;

/** Bounds of a share in so many draws, four standard deviations wide: a fair split leaves them once in 16,000 runs. */
function bounds(share: number, count: number): [number, number] {
  const width = 4 * Math.sqrt(share * (1 - share) * count);
  return [share * count - width, share * count + width];
}

async function ask(job: Partial<LoadJob>): ReturnType<typeof runLoad> {
  return runLoad(namespace, { target: ingress, host, mix: { digit: 1 }, connections: 8, count: requests, ...job });
}

/** Versions whose share of the requests speaks against their weights, which add up to 100; empty where all fit. */
function misfits(weights: Readonly<Record<string, number>>, versions: Readonly<Record<string, number>> = {}, count = requests): string[] {
  return Object.entries(weights).flatMap(([version, weight]) => {
    const [least, most] = bounds(weight / 100, count);
    const seen = versions[version] ?? 0;
    return seen >= least && seen <= most ? [] : [`${version}: ${seen} of ${count}, expected ${Math.ceil(least)} to ${Math.floor(most)}`];
  });
}

async function setWeights(task: string, v1: number, v2: number, values: readonly string[]): Promise<void> {
  await upgradeSuite([...values, `${task}.versions.v1.weight=${v1}`, `${task}.versions.v2.weight=${v2}`], ['--reuse-values']);
}

/** `.ci/cluster long`: also what the edge leaves to the gateway, which is the same for Istio and the Gateway API. */
const isLong = process.env['E2E_LONG'] === '1';

/** @param isWhole users and weights of 0 too, which the edge leaves to the gateway */
function behavesAsASplit(name: string, values: readonly string[], isWhole: boolean): void {
  const testOfGateway = isWhole ? test : test.skip;
  beforeAll(async () => {
    await prepareLoad(namespace);
    await allReady();
  }, 120_000);

  test('80 to 20, within binomial bounds over 2,000 requests', async () => {
    await setWeights('digit', 80, 20, values);
    // The ingress learns of new weights within a moment, the gateway within the time that a ConfigMap takes to arrive.
    await untilSplit({ v1: 80, v2: 20 });
    const result = await ask({});
    recordResult(`${name}: 80 to 20`, result);
    expect(result.failures).toEqual([]);
    expect(misfits({ v1: 80, v2: 20 }, result.versions['digit'])).toEqual([]);
  }, 240_000);

  (canHaveOwnTasks ? test : test.skip)(
    'three versions of a task of its user, 70 to 20 to 10, within binomial bounds over 2,000 requests, and v3 where it is asked for',
    async () => {
      const { weights, kind } = ownTasks.signs;
      const job = { mix: { signs: 1 }, kinds: { signs: kind } };
      await addOwnTasks(values);
      await untilSplit(weights, job);
      const result = await ask(job);
      recordResult(`${name}: 70 to 20 to 10`, result);
      expect(result.failures).toEqual([]);
      expect(misfits(weights, result.versions['signs'])).toEqual([]);
      const asked = await ask({ ...job, headers: { 'x-model-version': 'v3' }, count: 100 });
      expect(asked.versions['signs']).toEqual({ v3: 100 });
    },
    300_000,
  );

  test('x-model-version: v2 always reaches v2', async () => {
    await setWeights('digit', 80, 20, values);
    const result = await ask({ headers: { 'x-model-version': 'v2' }, count: 500 });
    expect(result.failures).toEqual([]);
    expect(result.versions['digit']).toEqual({ v2: 500 });
  }, 120_000);

  testOfGateway(
    'a user stays on one version, and users are split by the weights',
    async () => {
      await setWeights('digit', 50, 50, values);
      await untilSplit({ v1: 50, v2: 50 }, { users: 400 });
      const result = await ask({ users: 400 });
      expect(result.failures).toEqual([]);
      expect(result.users.seen).toBeGreaterThan(350);
      expect(result.users.withSeveralVersions).toBe(0);
      const share = (result.versions['digit']?.['v2'] ?? 0) / requests;
      expect(share).toBeGreaterThan(0.5 - 4 * Math.sqrt(0.25 / 400));
      expect(share).toBeLessThan(0.5 + 4 * Math.sqrt(0.25 / 400));
    },
    240_000,
  );

  testOfGateway(
    'weight 0 keeps a version warm and unreached',
    async () => {
      await setWeights('digit', 100, 0, values);
      await untilSplit({ v1: 100, v2: 0 });
      const result = await ask({ count: 500 });
      expect(result.failures).toEqual([]);
      expect(result.versions['digit']).toEqual({ v1: 500 });
      await allReady(['facet-digit-v2']);
    },
    240_000,
  );
}

/** In so many requests it shows when one of two gateways still has the weights of before: 35 % are five standard deviations from 50 %. */
const look = 600;

/** Waits until a look no longer speaks against the weights. */
async function untilSplit(weights: Readonly<Record<string, number>>, job: Partial<LoadJob> = {}): Promise<void> {
  const givesUpAt = Date.now() + 120_000;
  for (;;) {
    const { versions, users } = await ask({ count: look, seed: Date.now() % 100_000, ...job });
    const [seen] = Object.values(versions);
    const wrong = misfits(weights, seen, look);
    if (wrong.length === 0 && users.withSeveralVersions === 0) return;
    if (Date.now() > givesUpAt) throw new Error(`the split does not come to its weights: ${wrong.join('; ')}`);
  }
}

const gatewayApi = [
  'global.traffic.api=gateway-api',
  'global.traffic.edge.gateway.namespace=istio-system',
  'global.traffic.edge.gateway.addresses[0].type=Hostname',
  'global.traffic.edge.gateway.addresses[0].value=istio-ingressgateway.istio-system.svc.cluster.local',
];

/** The same values, carried out by Istio's own objects and by the Gateway API. */
export function describeTraffic(): void {
  describe('Istio: VirtualService', () => behavesAsASplit('Istio', [...edge, 'global.traffic.api=istio'], true));
  describe('Gateway API: HTTPRoute', () => behavesAsASplit('Gateway API', [...edge, ...gatewayApi], isLong));
}
