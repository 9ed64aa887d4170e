import { read, until } from '../cluster/commands.ts';
import { prepareLoad, startLoad } from '../cluster/load-pod.ts';
import { allReady, namespace, upgradeSuite } from '../cluster/release.ts';

const deployment = 'facet-detection-v2';
const values = [
  'detection.versions.v2.autoscaling.enabled=true',
  'detection.versions.v2.autoscaling.minReplicas=1',
  'detection.versions.v2.autoscaling.maxReplicas=3',
  'detection.versions.v2.autoscaling.cpu=300m',
  // The windows of production are minutes; what is tried here is that both ways work.
  'detection.versions.v2.autoscaling.behavior.scaleDown.stabilizationWindowSeconds=20',
  'detection.versions.v2.autoscaling.behavior.scaleDown.policies[0].type=Percent',
  'detection.versions.v2.autoscaling.behavior.scaleDown.policies[0].value=100',
  'detection.versions.v2.autoscaling.behavior.scaleDown.policies[0].periodSeconds=15',
];

async function replicas(): Promise<number> {
  const { spec } = await read<{ spec: { replicas: number } }>('deployment', deployment, '-n', namespace);
  return spec.replicas;
}

/** The autoscaler follows the load, up and down again. */
export function describeAutoscaling(): void {
  test('the autoscaler adds detection pods under load and takes them away after it', async () => {
    await prepareLoad(namespace);
    await upgradeSuite(values, ['--reuse-values']);
    await until('one pod at rest', async () => (await replicas()) === 1, 150);
    const load = await startLoad(namespace, {
      target: `http://facet-gateway.${namespace}`,
      mix: { detection: 1 },
      call: 'v2/predict',
      connections: 8,
      timeoutMs: 30_000,
    });
    await until('more pods under load', async () => (await replicas()) > 1, 150);
    const result = await load.finish();
    expect(result.failures).toEqual([]);
    await until('one pod again', async () => (await replicas()) === 1, 240);
    await upgradeSuite(['detection.versions.v2.autoscaling.enabled=false'], ['--reuse-values']);
    await allReady();
    // What follows counts on two pods of everything.
    expect(await replicas()).toBe(2);
  }, 600_000);
}
