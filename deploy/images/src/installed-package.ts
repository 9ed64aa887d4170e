import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A package as it lies in node_modules or in the workspace. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, or what the package calls it. */
  readonly license: string;
  readonly directory: string;
  /** Packages that it may ask for at run time: those of other platforms, or dropped in pnpm-workspace.yaml, are not installed. */
  readonly dependencies: readonly string[];
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export function readPackage(directory: string): InstalledPackage {
  const { name, version, license, dependencies, optionalDependencies } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageJson;
  return {
    name,
    version,
    license: (typeof license === 'object' ? license.type : license) ?? 'NOASSERTION',
    directory,
    dependencies: Object.keys({ ...dependencies, ...optionalDependencies }).filter((other) => beside(directory, other) !== undefined),
  };
}

/** The package that a file belongs to: the nearest package.json with a name and a version. */
export function packageOf(file: string): InstalledPackage {
  const parts = file.split(sep);
  for (let end = parts.length - 1; end > 0; end -= 1) {
    const directory = parts.slice(0, end).join(sep);
    const path = join(directory, 'package.json');
    // Some packages mark a folder as CommonJS with a package.json of one line.
    if (existsSync(path) && 'version' in (JSON.parse(readFileSync(path, 'utf8')) as object)) return readPackage(directory);
  }
  throw new Error(`${file} belongs to no package`);
}

/**
 * A package as another one sees it.
 *
 * @throws {Error} when it is not installed there
 */
export function findPackage(from: string, name: string): InstalledPackage {
  const directory = beside(from, name);
  if (directory === undefined) throw new Error(`${name} is not installed for ${from}`);
  return readPackage(directory);
}

function beside(from: string, name: string): string | undefined {
  const parts = realpathSync(from).split(sep);
  for (let end = parts.length; end > 0; end -= 1) {
    const path = join(parts.slice(0, end).join(sep) || sep, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return realpathSync(path);
  }
  return undefined;
}

/** The text of a package's licence, and of its notices. */
export function licenceTexts({ directory }: InstalledPackage): string[] {
  return readdirSync(directory)
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
    .toSorted()
    .map((name) => readFileSync(join(directory, name), 'utf8').trim());
}
