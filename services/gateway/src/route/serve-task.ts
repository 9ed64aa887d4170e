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

/** The calls of a task that its documentation shows, below its name. */
export function operationsOf({ contract, versions }: Pick<TaskSettings, 'contract' | 'versions'>): Operation[] {
  return underPrefix(contract.task, Object.values(inferenceOperations(contract, versions)) as Operation[]);
}

/**
 * Hands the calls of one task, below its name, to one handler. What a task does not declare is not found here: its service is never asked.
 *
 * @param operations those of {@link operationsOf}; the Open Inference Protocol and the service's documentation come with them
 * @param forward sees the path as the service knows it
 */
export function serveTask(
  shell: Shell,
  { contract: { task, oipExample } }: Pick<TaskSettings, 'contract'>,
  operations: readonly Operation[],
  forward: (context: RequestContext) => Promise<Reply>,
): void {
  const more = [...Object.values(oipOperations([task], oipExample)).map(forTask), ...documentation()];
  for (const operation of [...operations, ...underPrefix(task, more)]) shell.serve({ ...operation, readsBody: 'handler' }, forward, { prefix: `/${task}` });
}
