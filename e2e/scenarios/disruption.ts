import { attempt, kubectl, read } from '../cluster/commands.ts';
import { allReady, namespace, nodes, podsOf, waitForReplicas } from '../cluster/release.ts';

/** A budget is worth what it prevents. */
export function describeDisruption(): void {
  test('the disruption budget blocks a drain that would take the last pod', async () => {
    const deployment = 'facet-digit-v2';
    const before = (await podsOf(deployment)).length;
    await kubectl('scale', '-n', namespace, '--replicas=1', `deployment/${deployment}`);
    await waitForReplicas(deployment, 1);
    const [pod] = await podsOf(deployment);
    const node = pod!.node!;
    expect(await nodes()).toContain(node);
    try {
      const drain = await attempt('kubectl', [
        'drain',
        node,
        '--pod-selector',
        'app.kubernetes.io/name=digit,version=v2',
        '--ignore-daemonsets',
        '--delete-emptydir-data',
        '--timeout=15s',
      ]);
      expect(drain.code).not.toBe(0);
      expect(drain.stderr + drain.stdout).toMatch(/violate the pod's disruption budget/);
      const after = await podsOf(deployment);
      expect(after).toEqual([expect.objectContaining({ name: pod!.name, ready: true })]);
    } finally {
      await kubectl('uncordon', node);
      await kubectl('scale', '-n', namespace, `--replicas=${before}`, `deployment/${deployment}`);
      await allReady([deployment]);
    }
    const budget = await read<{ status: { disruptionsAllowed: number } }>('pdb', deployment, '-n', namespace);
    expect(budget.status.disruptionsAllowed).toBeGreaterThanOrEqual(0);
  }, 180_000);
}
