import { kubectl } from '../cluster/commands.ts';
import { refusedIn } from '../cluster/logs.ts';
import { prepareLoad, runLoad, startLoad } from '../cluster/load-pod.ts';
import { allReady, deployments, namespace, nodes, podsOf, tasks, upgradeSuite, waitForReplicas } from '../cluster/release.ts';
import { recordResult } from '../cluster/results.ts';
import type { LoadJob } from '../load/job.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const mix = { digit: 0.5, gesture: 0.4, detection: 0.1 };
const target = `http://facet-gateway.${namespace}`;

/** Things that happen to a cluster, each under load: not one request may fail. */
const events: [string, () => Promise<void>][] = [
  [
    'a rolling restart of every deployment',
    async () => {
      // One after the other, as an operator would: all at once, the start of 14 processes on two cores is what would be measured.
      for (const name of deployments) {
        await kubectl('rollout', 'restart', '-n', namespace, `deployment/${name}`);
        await allReady([name]);
      }
    },
  ],
  [
    'kubectl delete pod of one pod a service',
    async () => {
      for (const deployment of deployments) await deleteOne(deployment);
      await allReady();
    },
  ],
  [
    'kubectl delete pod --grace-period=0 --force of one pod a task',
    async () => {
      for (const task of tasks) await deleteOne(`facet-${task}-v2`, '--grace-period=0', '--force');
      await allReady();
    },
  ],
  [
    'scaling 3 to 1 to 3',
    async () => {
      for (const count of [3, 1, 3]) {
        const names = ['facet-gateway', 'facet-digit-v1', 'facet-gesture-v1'];
        await kubectl('scale', '-n', namespace, `--replicas=${count}`, ...names.map((name) => `deployment/${name}`));
        for (const name of names) await waitForReplicas(name, count);
      }
    },
  ],
  [
    'a helm upgrade that changes the weights of the versions',
    async () => {
      await upgradeSuite(
        ['digit.versions.v1.weight=90', 'digit.versions.v2.weight=10', 'detection.versions.v1.weight=20', 'detection.versions.v2.weight=80'],
        ['--reuse-values'],
      );
      await sleep(5000);
    },
  ],
];

async function deleteOne(deployment: string, ...how: string[]): Promise<void> {
  const [pod] = await podsOf(deployment);
  await kubectl('delete', 'pod', pod!.name, '-n', namespace, '--wait=false', ...how);
}

/** Requests a second of half the capacity, measured where and how the events will be. */
let halfOfCapacity = 0;

/** Fails where one request failed while something happened to the cluster. */
export async function survives(name: string, event: () => Promise<void>, node?: string): Promise<void> {
  const job: LoadJob = { target, mix, rate: halfOfCapacity, timeoutMs: 30_000 };
  const load = await startLoad(namespace, job, node);
  await sleep(3000);
  await event();
  await sleep(3000);
  const result = await load.finish();
  recordResult(name, result);
  if (result.failed > 0) console.error(`What the gateway's pods logged of it:\n${await refusedIn('facet-gateway')}`);
  expect(result.failures).toEqual([]);
  expect(result.failed).toBe(0);
  expect(result.sent).toBeGreaterThan(100);
}

/** Tests with {@link survives}, which needs to know the capacity of this cluster. */
export function describeUnderLoad(name: string, tests: () => void): void {
  describe(name, () => {
    beforeAll(async () => {
      if (halfOfCapacity > 0) return;
      await prepareLoad(namespace);
      await allReady();
      await runLoad(namespace, { target, mix, connections: 16, seconds: 5 });
      const capacity = await runLoad(namespace, { target, mix, connections: 16, seconds: 10 });
      expect(capacity.failed).toBe(0);
      halfOfCapacity = Math.max(5, Math.floor(capacity.perSecond / 2));
      recordResult('closed loop, 16 connections: the capacity', capacity);
    });
    tests();
  });
}

/** Under open-loop load at half of capacity, through the gateway. */
export function describeZeroLoss(): void {
  describeUnderLoad('not one request fails under load', () => {
    test.each(events)('%s', async (name, event) => survives(name, event), 420_000);

    test('kubectl drain of a node', async () => {
      const [stays, leaves] = await nodes();
      try {
        await survives(
          'kubectl drain of a node',
          async () => {
            await kubectl('drain', leaves!, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=240s', `--pod-selector=app!=e2e-load`);
            await allReady();
          },
          stays,
        );
      } finally {
        await kubectl('uncordon', leaves!);
        await allReady();
      }
    }, 420_000);
  });
}
