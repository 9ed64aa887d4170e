import type { Access } from '@facet/contracts';

/** What a call needs: nothing, any known caller, the scope of a task, or an administrator. */
export type RequiredScope = 'open' | 'any' | 'admin' | (string & {});

const probes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready']);

interface JudgedRoute {
  readonly access: Access;
  readonly task?: string | undefined;
}

/**
 * The scope that a route needs, where callers are known at all. It follows from the route that a request matched, never from the text of
 * its target; what matched none needs a known caller, who then learns that there is nothing.
 *
 * @param tasks that are served
 * @param model the task that the path names as its model, where it does
 */
export function requiredScope({ access, task }: JudgedRoute, tasks: ReadonlySet<string>, model?: string): RequiredScope {
  if (access === 'open' || access === 'admin') return access;
  if (access === 'caller') return 'any';
  return task ?? (model !== undefined && tasks.has(model) ? model : 'any');
}

/** True for the probes of the gateway itself, which no limit may hold up. */
export function isProbe(route: { readonly path: string }): boolean {
  return probes.has(route.path);
}

/** Whether a caller's scopes cover a call. */
export function covers(scopes: ReadonlySet<string>, needed: RequiredScope): boolean {
  if (needed === 'open' || needed === 'any') return true;
  return scopes.has(needed) || (needed !== 'admin' && scopes.has('*'));
}
