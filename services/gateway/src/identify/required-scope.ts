import { taskContracts } from '@facet/contracts';

/** What a call needs: nothing, any known caller, the scope of a task, or an administrator. */
export type RequiredScope = 'open' | 'any' | 'admin' | (string & {});

const tasks: readonly string[] = taskContracts.map(({ task }) => task);
const open =
  /^(?:|\/assets\/.*|\/(?:maze|digits|objects|label|status)|\/runbooks(?:\/[a-z0-9]+)?|\/v2|\/v2\/health\/(?:live|ready)|\/metrics|(?:\/[a-z]+)?(?:\/health(?:\/live|\/ready)?|\/docs(?:\/.*)?|\/redoc(?:\/.*)?|\/openapi\.json))$/;
const probes = /^(?:\/v2)?\/health\/(?:live|ready)$/;
/** What others sent, and what is learned from. */
const samples = /^\/samples(?:\/|$)/;
const asks = /^(?:(?:\/v1|\/v2|\/ensemble)?\/predict|\/batch\/predict|\/stream|\/v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/infer|\/v2\/repository\/index)$/;

/** Spellings that a service might take for the same path become one; what only looks alike is refused later, as not found. */
function plain(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // No path of ours; it matches none.
  }
  return decoded.toLowerCase().replaceAll(/\/+/g, '/').replace(/\/$/, '');
}

/**
 * The scope that a call needs, where callers are known at all.
 *
 * Whatever changes something and is not asking a model needs an administrator, so that a call which is added later is guarded from the start.
 *
 * @param path without the query
 */
export function requiredScope(method: string, path: string): RequiredScope {
  const asked = plain(path);
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (reads && open.test(asked)) return 'open';
  const task = tasks.find((name) => asked === `/${name}` || asked.startsWith(`/${name}/`));
  const rest = task === undefined ? asked : asked.slice(task.length + 1);
  if (samples.test(rest) || (!reads && !asks.test(rest))) return 'admin';
  return task ?? tasks.find((name) => asked.startsWith(`/v2/models/${name}/`) || asked === `/v2/models/${name}`) ?? 'any';
}

/** True for the probes of the gateway itself, which no limit may hold up. */
export function isProbe(path: string): boolean {
  return probes.test(path);
}

/** Whether a caller's scopes cover a call. */
export function covers(scopes: ReadonlySet<string>, needed: RequiredScope): boolean {
  if (needed === 'open' || needed === 'any') return true;
  return scopes.has(needed) || (needed !== 'admin' && scopes.has('*'));
}
