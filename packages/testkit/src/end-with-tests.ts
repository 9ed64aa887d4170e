import type { ChildProcess } from 'node:child_process';

/** Known to `jest-environment.cjs` too, which runs outside of the tests' own global object. */
const key = Symbol.for('facet.started-processes');

/** Ends a process with the test file that started it, at the latest: a failed assertion may skip the line that stops it. */
export function endWithTests<T extends ChildProcess>(child: T): T {
  const scope = globalThis as { [key]?: Set<ChildProcess> };
  (scope[key] ??= new Set()).add(child);
  return child;
}
