import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findPackage, readPackage, type InstalledPackage } from './installed-package.ts';
import { keepFile } from './keep-file.ts';
import { stripElf } from './strip-elf.ts';

/** Dependencies that only the download of CUDA needs, and the headers that jpeg-turbo is compiled with. */
const unneeded = ['adm-zip', 'global-agent', 'node-addon-api'];

const native = /\.(node|so(\.\d+)*)$/;
/** The largest libraries come stripped, and are better linked than copied. */
const maxStripped = 8 * 1024 ** 2;

/** Files below a folder, without following links or entering packages within. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/**
 * Puts packages and what they depend on into one flat node_modules, as hard links: five images share the largest files.
 *
 * @param homes folder from which a package is seen, by its name
 * @returns all that were copied
 * @throws {Error} when two need different versions of the same package
 */
export function copyPackages(homes: ReadonlyMap<string, string>, directory: string): InstalledPackage[] {
  const copied: InstalledPackage[] = [];
  for (const [name, home] of homes) {
    const found = findPackage(home, name);
    const target = join(directory, 'node_modules', name);
    if (existsSync(target)) {
      const present = readPackage(target);
      if (present.version !== found.version) throw new Error(`${name} is needed as ${present.version} and as ${found.version}`);
      continue;
    }
    copyPackage(found, target, home === 'packages/http');
    const others = found.dependencies.filter((other) => !unneeded.includes(other));
    copied.push(found, ...copyPackages(new Map(others.map((other) => [other, found.directory])), directory));
  }
  return copied;
}

/** @param packed true for what packages/http/src/docs.ts serves: it unpacks what it is asked for */
function copyPackage({ name, directory }: InstalledPackage, target: string, packed: boolean): void {
  for (const file of filesBelow(directory)) {
    const inner = relative(directory, file);
    if (!keepFile(name, inner)) continue;
    mkdirSync(dirname(join(target, inner)), { recursive: true });
    if (packed && /\.(js|css)$/.test(inner)) writeFileSync(join(target, `${inner}.gz`), gzipSync(readFileSync(file), { level: 9 }));
    else if (native.test(inner) && statSync(file).size < maxStripped) writeFileSync(join(target, inner), stripElf(readFileSync(file)));
    else linkOrCopy(file, join(target, inner));
  }
}

function linkOrCopy(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch (error) {
    // Another file system: links do not reach there.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(file, target);
  }
}

/** A package.json that says what a folder is, and no more. */
export function manifestOf(directory: string): string {
  const { name, version, license, type, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
  return JSON.stringify({ name, version, license, type, exports });
}
