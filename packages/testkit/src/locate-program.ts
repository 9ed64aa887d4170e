import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** How Node runs a program of a service. */
interface Program {
  readonly args: readonly string[];
  readonly cwd: string;
}

/**
 * The program of a service: its sources, or, where `FACET_BUNDLE` names a folder of `deploy/images/src/assemble-apps.ts`, the bundle that its
 * image has. `.ci/bundle` runs the tests of everything optional in that way, so that what ships is what is tested.
 *
 * @param service folder below `services/`
 */
export function locateProgram(service: string): Program {
  const bundles = process.env['FACET_BUNDLE'];
  if (bundles === undefined) return { args: ['--conditions=source', join(root, 'services', service, 'src', 'main.ts')], cwd: root };
  const cwd = join(bundles, service);
  return { args: [join(cwd, 'dist', 'main.js')], cwd };
}
