import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { userId } from './definition.ts';
import { stripElf } from './strip-elf.ts';

function write(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** Puts the program where ENTRYPOINT says. */
export function addNode(root: string, program: string): void {
  write(join(root, 'usr/local/bin/node'), stripElf(readFileSync(program)), 0o755);
}

/**
 * Makes a system of a folder that has Node alone: no shell, no package manager, no user but the one that runs it.
 *
 * @param libraries of the system that builds, which Node and native packages link
 */
export function addSystem(root: string, libraries: readonly string[]): void {
  for (const library of libraries) write(join(root, library), readFileSync(library), 0o755);
  write(join(root, 'etc/passwd'), `facet:x:${userId}:${userId}::/app:/nonexistent\n`);
  write(join(root, 'etc/group'), `facet:x:${userId}:\n`);
  // glibc's own default would ask DNS before /etc/hosts.
  write(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  // Node brings its own list; whatever looks in the usual place finds the same, and none that the build machine trusts besides.
  write(join(root, 'etc/ssl/certs/ca-certificates.crt'), `${rootCertificates.join('\n')}\n`);
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
}
