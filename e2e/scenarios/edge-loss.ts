import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl } from '../cluster/commands.ts';
import { edge, host, ingress } from '../cluster/edge.ts';
import { prepareLoad, runLoad, startLoad } from '../cluster/load-pod.ts';
import { allReady, namespace, podsOf, upgradeSuite } from '../cluster/release.ts';
import { recordResult } from '../cluster/results.ts';

const mix = { digit: 0.6, gesture: 0.4 };

/** What no gateway can prevent: its own sudden end. Whoever is before it may send again what never arrived. */
export function describeEdgeLoss(): void {
  describe('a gateway pod that is gone at once, seen through the edge', () => {
    let rate = 0;
    beforeAll(async () => {
      await prepareLoad(namespace);
      await upgradeSuite([...edge, 'global.traffic.api=istio'], ['--reuse-values']);
      await allReady();
      const { perSecond, failures } = await runLoad(namespace, { target: ingress, host, mix, connections: 16, seconds: 10 });
      expect(failures).toEqual([]);
      rate = Math.max(5, Math.floor(perSecond / 2));
    }, 420_000);

    test.each([0, 2])(
      'with %d retries where nothing can have arrived (connect-failure, refused-stream)',
      async (attempts) => {
        await upgradeSuite([`global.traffic.retries.attempts=${attempts}`], ['--reuse-values']);
        const load = await startLoad(namespace, { target: ingress, host, mix, rate, timeoutMs: 30_000 });
        await sleep(5000);
        const [pod] = await podsOf('facet-gateway');
        await kubectl('delete', 'pod', pod!.name, '-n', namespace, '--wait=false', '--grace-period=0', '--force');
        await allReady(['facet-gateway']);
        await sleep(3000);
        const result = await load.finish();
        recordResult(`a gateway pod deleted by force, through the edge, ${attempts} retries there`, result);
        // Only what was under way at that pod may be lost, and it is lost visibly: no wrong answer, no time-out.
        expect(result.failures.filter(({ what }) => !/^(502|503|ECONNRESET|answer broke off)/.test(what))).toEqual([]);
        expect(result.failed).toBeLessThanOrEqual(rate);
        expect(result.sent).toBeGreaterThan(100);
      },
      300_000,
    );
  });
}
