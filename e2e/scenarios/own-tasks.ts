import { attempt, kubectl, until } from '../cluster/commands.ts';
import { runLoad } from '../cluster/load-pod.ts';
import { addOwnTasks, canHaveOwnTasks, closeOwnTasks, importOwnTasks, ownDeployments, ownTasks, removeOwnTasks } from '../cluster/own-tasks.ts';
import { allReady, namespace } from '../cluster/release.ts';
import { describeUnderLoad, survives } from './zero-loss.ts';

const target = `http://facet-gateway.${namespace}`;
const names = Object.keys(ownTasks);
const listed = names.join(', ');

/** Requests to all of them alike. */
async function ask(count: number): ReturnType<typeof runLoad> {
  const kinds = Object.fromEntries(Object.entries(ownTasks).map(([task, { kind }]) => [task, kind]));
  return runLoad(namespace, { target, mix: Object.fromEntries(names.map((name) => [name, 1 / names.length])), kinds, connections: 4, count });
}

/** One entry of the values is a task with everything that belongs to it; taking it away takes that away. To be called around what uses the tasks. */
export function describeOwnTasksAdded(): void {
  (canHaveOwnTasks ? describeUnderLoad : describe.skip)('tasks of their user are added under load', () => {
    // Beside the load, a busy machine would measure the import.
    beforeAll(importOwnTasks, 420_000);

    test('no request of the other tasks fails, and their versions answer', async () => {
      await survives(`${listed} are added`, async () => {
        await addOwnTasks();
        await allReady(ownDeployments);
      });
      const { failures, versions } = await ask(200);
      expect(failures).toEqual([]);
      for (const [task, { weights }] of Object.entries(ownTasks)) expect(Object.keys(versions[task] ?? {}).toSorted()).toEqual(Object.keys(weights));
    }, 420_000);
  });
}

export function describeOwnTasksRemoved(): void {
  (canHaveOwnTasks ? describeUnderLoad : describe.skip)('tasks of their user are removed under load', () => {
    afterAll(closeOwnTasks);

    test('no request of the other tasks fails, and nothing of them is left', async () => {
      await survives(`${listed} are removed`, async () => {
        await removeOwnTasks();
        await allReady();
      });
      const { failed, failures } = await ask(9);
      expect(failed).toBe(9);
      expect(failures[0]!.what).toContain('404');
      const left = async (): Promise<string> =>
        (
          await attempt('kubectl', [
            'get',
            'deploy,svc,pdb,hpa,cm,secret,networkpolicy',
            '-n',
            namespace,
            '-l',
            `app.kubernetes.io/name in (${names.join(',')})`,
            '-o',
            'name',
          ])
        ).stdout;
      await until(`nothing of ${listed} is left`, async () => (await left()).trim() === '', 60);
      const deployments = await kubectl('get', 'deploy', '-n', namespace, '-o', 'name');
      for (const name of names) expect(deployments).not.toContain(name);
    }, 420_000);
  });
}
