import { inferenceOperations, oipOperations, underPrefix, type Operation } from '@facet/contracts';
import type { TaskSettings } from '../task-settings.ts';
import { apiFiles, apiPages, type Reply, type RequestContext, type Shell } from '@facet/http';

/** Pages and files of a service's documentation, which anyone may read. */
function documentation(): Operation[] {
  const get = (path: string, type: string): Operation => ({
    id: 'documentation',
    method: 'get',
    access: 'open',
    path,
    summary: '',
    tag: '',
    answers: { 200: { description: '', content: { [type]: {} } } },
    problems: [],
  });
  return [...apiPages.map((path) => get(path, 'text/html')), ...apiFiles.map((path) => get(path, '*/*'))];
}

/** Below a task even what is open at the gateway itself is for the callers of the task. */
function forTask(operation: Operation): Operation {
  return { ...operation, access: operation.access === 'admin' ? 'admin' : 'task' };
}

/**
 * Hands the calls of one service, below its name, to one handler. What a service does not declare is not found here: it is never asked.
 *
 * @param forward sees the path as the service knows it
 */
export function serveTask(
  shell: Shell,
  { contract, versions }: Pick<TaskSettings, 'contract' | 'versions'>,
  forward: (context: RequestContext) => Promise<Reply>,
): void {
  const { task } = contract;
  const prefix = `/${task}`;
  const oip = Object.values(oipOperations([task], contract.oipExample)).map(forTask);
  const operations = underPrefix(task, [...(Object.values(inferenceOperations(contract, versions)) as Operation[]), ...oip, ...documentation()]);
  for (const operation of operations) shell.serve({ ...operation, readsBody: 'handler' }, forward, { prefix });
}
