import { samplePattern } from '@facet/contracts';

/** Where a sample lies: below `samples/<task>/` while it waits for a label, then below `labelled/<task>/`; without an extension. */
export function sampleKeys(task: string, id: string): { readonly waiting: string; readonly labelled: string } {
  if (!samplePattern.test(id)) throw new RangeError(`not a sample's name: ${JSON.stringify(id.slice(0, 200))}`);
  const [version, day] = id.split('.', 2) as [string, string];
  return {
    waiting: `${waitingPrefix(task)}${version}/${day.replaceAll('-', '/')}/${id.slice(version.length + day.length + 2)}`,
    labelled: labelledPrefix(task) + id,
  };
}

export const waitingPrefix = (task: string): string => `samples/${task}/`;

/** Not below `samples/`, where what is too old is swept away: labels are people's work. */
export const labelledPrefix = (task: string): string => `labelled/${task}/`;

/** @param at an ISO time */
export function sampleIdOf(version: string, at: string, requestId: string): string {
  return `${version}.${at.slice(0, 10)}.${requestId}`;
}

const waitingKey = /^([a-z0-9]+)\/(\d{4})\/(\d{2})\/(\d{2})\/([^/]+)\.json$/;

/** The sample whose record lies under a key; undefined where none does. */
export function sampleIdFrom(task: string, key: string): string | undefined {
  const id = key.startsWith(labelledPrefix(task))
    ? key.slice(labelledPrefix(task).length).replace(/\.json$/, '')
    : key.slice(waitingPrefix(task).length).replace(waitingKey, '$1.$2-$3-$4.$5');
  return key.endsWith('.json') && samplePattern.test(id) ? id : undefined;
}
