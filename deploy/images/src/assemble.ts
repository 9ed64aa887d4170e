/**
 * Makes what the images hold, in the build stage of Dockerfile.base: `OUT/<name>` becomes /app of an image, `OUT/root` all below it.
 *
 * usage: node --conditions=source deploy/images/src/assemble.ts OUT RUNTIME     (at the root of a checkout, where `@facet/images...` is installed)
 *
 * RUNTIME is the image below: `scratch`, or one that brings a system with CUDA.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, globSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assembleApp } from './assemble-app.ts';
import { debianPackageOf, type DebianPackage } from './debian-package.ts';
import { imageNames, modelsOf, sbomPath, type ImageName } from './definition.ts';
import { findPackage, type InstalledPackage } from './installed-package.ts';
import { describeContents } from './sbom.ts';
import { sharedLibraries } from './shared-libraries.ts';
import { addNode, addSystem } from './system-root.ts';

const home = 'deploy/images';

/** CUDA's and TensorRT's providers are too large for the package; its own script knows where they come from. */
function addGpuProviders(out: string): void {
  const { directory } = findPackage('packages/inference', 'onnxruntime-node');
  const { status } = spawnSync(process.execPath, [join(directory, 'script', 'install.js'), '--onnxruntime-node-install=cuda12'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the CUDA provider could not be downloaded');
  const bin = 'bin/napi-v6/linux/x64';
  for (const provider of globSync(join(directory, bin, 'libonnxruntime_providers_*.so'))) {
    for (const target of globSync(`${out}/*/node_modules/onnxruntime-node/${bin}`)) copyFileSync(provider, join(target, basename(provider)));
  }
}

const [out = '', runtime = ''] = process.argv.slice(2);
if (out === '' || runtime === '') throw new Error('usage: node --conditions=source deploy/images/src/assemble.ts OUT RUNTIME');

const contents = new Map<ImageName, InstalledPackage[]>();
for (const name of imageNames) {
  contents.set(name, await assembleApp(name, join(out, name)));
  for (const task of modelsOf(name)) cpSync(join('models', task), join(out, name, 'models', task), { recursive: true });
}

// The Node that the lock file names and the tests ran on, not whatever a base image has by now.
const node = findPackage(home, 'node');
const program = realpathSync(join(node.directory, 'bin', 'node'));
const native = imageNames.flatMap((name) => globSync(`${out}/${name}/node_modules/**/*.{node,so,so.*}`));
const libraries = runtime === 'scratch' ? sharedLibraries([program, ...native]) : [];
addNode(join(out, 'runtime'), program);
if (runtime === 'scratch') addSystem(join(out, 'runtime'), libraries);
else addGpuProviders(out);

const claims = libraries.map((library) => [library, debianPackageOf(library)] as const);
const system = new Map(claims.flatMap(([, found]): [string, DebianPackage][] => (found ? [[found.name, found]] : [])));
const unclaimed = claims.flatMap(([library, found]) => (found ? [] : [library]));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
for (const [name, packages] of contents) {
  const sbom = describeContents({ name, version, packages: [node, ...packages], system: [...system.values()], unclaimed });
  writeFileSync(join(out, name, basename(sbomPath)), JSON.stringify(sbom));
}
