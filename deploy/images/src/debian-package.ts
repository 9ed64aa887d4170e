import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** A package of the system that the image was built on. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** From the packages' own /usr/share/doc/<name>/copyright. */
const licences: Readonly<Record<string, string>> = {
  libc6: 'LGPL-2.1-or-later',
  'libgcc-s1': 'GPL-3.0-or-later WITH GCC-exception-3.1',
  'libstdc++6': 'GPL-3.0-or-later WITH GCC-exception-3.1',
};

function ask(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The package that installed a file; undefined where none did. */
export function debianPackageOf(file: string): DebianPackage | undefined {
  const real = realpathSync(file);
  // The database names files as they were packed, which may be below /lib or below /usr/lib.
  const owner = ask('dpkg-query', '--search', file) ?? ask('dpkg-query', '--search', real) ?? ask('dpkg-query', '--search', real.replace(/^\/usr/, ''));
  const name = owner?.split(':')[0];
  const version = name && ask('dpkg-query', '--show', '--showformat=${Version}', name);
  return name && version ? { name, version, license: licences[name] ?? 'NOASSERTION' } : undefined;
}
