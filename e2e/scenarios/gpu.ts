import { helm, kubectl, read, until } from '../cluster/commands.ts';
import { chart, createNamespace, nodes, podsOf, removeNamespace, settings } from '../cluster/release.ts';

const space = 'facet-e2e-gpu';
const deployment = 'gpu-detection-v1';

async function setCapacity(node: string, count: number | undefined): Promise<void> {
  const path = '/status/capacity/nvidia.com~1gpu';
  const patch = count === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value: String(count) }];
  await kubectl('patch', 'node', node, '--subresource=status', '--type=json', '-p', JSON.stringify(patch));
}

/** The node has no GPU, and its image no CUDA: what is tried is where the pod lands. */
export function describeGpu(): void {
  describe('a pod that asks for a GPU', () => {
    let chosen = '';
    beforeAll(async () => {
      await createNamespace(space);
      chosen = (await nodes()).at(-1)!;
    }, 60_000);
    afterAll(async () => {
      await setCapacity(chosen, undefined).catch(() => undefined);
      await removeNamespace(space);
    }, 180_000);

    test('stays pending with a clear event where no node has one, and lands on the node that has', async () => {
      await helm(
        'install',
        'gpu',
        chart('detection'),
        '-n',
        space,
        ...settings(['gpu.imageSuffix=', 'gpu.enabled=true', 'versions.v2.enabled=false', 'replicas=1']),
      );
      const event = await until(
        'an event says why',
        async () => {
          const { items } = await read<{ items: { reason: string; message: string }[] }>('events', '-n', space);
          return items.find(({ reason }) => reason === 'FailedScheduling')?.message;
        },
        60,
      );
      expect(event).toContain('Insufficient nvidia.com/gpu');
      expect((await podsOf(deployment, space)).every(({ node }) => node === undefined)).toBe(true);

      await setCapacity(chosen, 1);
      const pods = await until(
        'the pod is placed',
        async () => {
          const all = await podsOf(deployment, space);
          return all.length > 0 && all.every(({ node }) => node !== undefined) && all;
        },
        90,
      );
      expect(pods.map(({ node }) => node)).toEqual([chosen]);
    }, 240_000);
  });
}
