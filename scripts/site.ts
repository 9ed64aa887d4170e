import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'web', 'dist', '.built');
/** All that the site is built from; its packages by the lock file. */
const sources = ['web/src', 'web/build', 'web', 'examples', 'monitoring/runbooks', 'pnpm-lock.yaml'];

function filesOf(source: string): string[] {
  const path = join(root, source);
  if (source.endsWith('.yaml')) return [path];
  const isDeep = source !== 'web';
  return readdirSync(path, { recursive: isDeep, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf).toSorted()) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * Builds the pages into `web/dist`, unless they are built from just what is there now.
 *
 * @throws {Error} with what Vite said
 */
export function buildSite(print: (line: string) => void): void {
  const wanted = hashOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  print('Building the pages (a few seconds, once) …');
  const vite = join(dirname(createRequire(join(root, 'web', 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'web'), encoding: 'utf8' });
  if (status !== 0) throw new Error(`The pages cannot be built:\n${stdout}${stderr}`);
  writeFileSync(stamp, wanted);
}

if (import.meta.main) buildSite((line) => console.log(line));
