import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle } from '../../deploy/images/src/bundle.ts';
import { manifestOf } from '../../deploy/images/src/copy-packages.ts';
import { findPackage } from '../../deploy/images/src/installed-package.ts';

export type Service = 'gateway' | 'gesture' | 'digit' | 'detection';

const folder = join(import.meta.dirname, '..', '.cache', 'bundles');
const made = new Map<Service, Promise<string>>();

/**
 * Bundles a service as its image does, once a command; packages that stay packages are linked instead of copied.
 *
 * @returns what Node is to run
 */
export function bundleService(service: Service): Promise<string> {
  const begun = made.get(service) ?? make(service);
  made.set(service, begun);
  return begun;
}

async function make(service: Service): Promise<string> {
  const directory = join(folder, service);
  rmSync(directory, { recursive: true, force: true });
  const { external } = await bundle(service, directory);
  for (const [name, home] of external) {
    const link = join(directory, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(findPackage(home, name).directory, link);
  }
  writeFileSync(join(directory, 'package.json'), manifestOf(`services/${service}`));
  return join(directory, 'dist', 'main.js');
}
