import { attempt, kubectl, until } from '../cluster/commands.ts';
import { runLoad } from '../cluster/load-pod.ts';
import { addOwnTask, canHaveOwnTask, closeOwnTask, ownDeployments, ownTask, ownWeights, removeOwnTask } from '../cluster/own-task.ts';
import { allReady, namespace } from '../cluster/release.ts';
import { describeUnderLoad, survives } from './zero-loss.ts';

const target = `http://facet-gateway.${namespace}`;

async function ask(count: number): ReturnType<typeof runLoad> {
  return runLoad(namespace, { target, mix: { [ownTask]: 1 }, kinds: { [ownTask]: 'digit' }, connections: 4, count });
}

/** One entry of the values is a task with everything that belongs to it; taking it away takes that away. To be called around what uses the task. */
export function describeOwnTaskAdded(): void {
  (canHaveOwnTask ? describeUnderLoad : describe.skip)('a task of its user is added under load', () => {
    test('no request of the other tasks fails, and its versions answer', async () => {
      await survives(`${ownTask} is added`, async () => {
        await addOwnTask();
        await allReady(ownDeployments);
      });
      const { failures, versions } = await ask(200);
      expect(failures).toEqual([]);
      expect(Object.keys(versions[ownTask] ?? {}).toSorted()).toEqual(Object.keys(ownWeights));
    }, 420_000);
  });
}

export function describeOwnTaskRemoved(): void {
  (canHaveOwnTask ? describeUnderLoad : describe.skip)('a task of its user is removed under load', () => {
    afterAll(closeOwnTask);

    test('no request of the other tasks fails, and nothing of it is left', async () => {
      await survives(`${ownTask} is removed`, async () => {
        await removeOwnTask();
        await allReady();
      });
      const { failed, failures } = await ask(5);
      expect(failed).toBe(5);
      expect(failures[0]!.what).toContain('404');
      const left = async (): Promise<string> =>
        (
          await attempt('kubectl', [
            'get',
            'deploy,svc,pdb,hpa,cm,secret,networkpolicy',
            '-n',
            namespace,
            '-l',
            `app.kubernetes.io/name=${ownTask}`,
            '-o',
            'name',
          ])
        ).stdout;
      await until(`nothing of ${ownTask} is left`, async () => (await left()).trim() === '', 60);
      expect(await kubectl('get', 'deploy', '-n', namespace, '-o', 'name')).not.toContain(ownTask);
    }, 420_000);
  });
}
