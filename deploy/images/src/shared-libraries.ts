import { execFileSync } from 'node:child_process';

/**
 * Every library of the system that programs and libraries are linked to, the loader among them.
 *
 * @param files paths of ELF files; those that link each other by a relative path (`$ORIGIN`) need not be named twice
 * @returns absolute paths as the loader looks for them, sorted
 * @throws {Error} which names what cannot be found
 */
export function sharedLibraries(files: readonly string[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    const lines = execFileSync('ldd', [file], { encoding: 'utf8' }).split('\n');
    for (const line of lines) {
      if (line.includes('not found')) throw new Error(`${file} needs ${line.trim()}`);
      const path = /(?:=> |^\s*)(\/\S+) \(0x/.exec(line)?.[1];
      if (path !== undefined && !path.includes('/node_modules/')) found.add(path);
    }
  }
  return [...found].toSorted();
}
