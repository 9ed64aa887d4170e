/**
 * Makes what the images hold, in the build stage of Dockerfile.base: `OUT/<name>` becomes /app of an image, `OUT/root` all below it.
 *
 * usage: node deploy/images/src/assemble.ts OUT RUNTIME     (at the root of a checkout, where `@facet/images...` is installed)
 *
 * RUNTIME is the image below: `scratch`, or one that brings a system with CUDA.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from './bundle.ts';
import { copyPackages, manifestOf } from './copy-packages.ts';
import { debianPackageOf, type DebianPackage } from './debian-package.ts';
import { imageNames, sbomPath, type ImageName } from './definition.ts';
import { findPackage, licenceTexts, type InstalledPackage } from './installed-package.ts';
import { describeContents } from './sbom.ts';
import { sharedLibraries } from './shared-libraries.ts';
import { addNode, addSystem } from './system-root.ts';

const home = 'deploy/images';

/** The licences of what is in a bundle; packages that share a text share a paragraph. */
function thirdPartyLicences(bundled: readonly InstalledPackage[]): string {
  const packages = Map.groupBy(
    bundled.filter(({ name }) => !name.startsWith('@facet/')),
    (found) => licenceTexts(found).join('\n\n') || found.license,
  );
  const paragraphs = [...packages].map(([text, covered]) => `${covered.map(({ name, version }) => `${name} ${version}`).join('\n')}\n\n${text}\n`);
  return paragraphs.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}

/** /app of one image; gives back the packages that are in it. */
async function assemble(name: ImageName, app: string): Promise<InstalledPackage[]> {
  const { bundled, external } = await bundle(name, app);
  const copied = copyPackages(external, app);
  writeFileSync(join(app, 'package.json'), manifestOf(`services/${name}`));
  if (name === 'all') {
    for (const service of imageNames.filter((other) => other !== 'all'))
      writeFileSync(join(app, 'node_modules', '@facet', service, 'package.json'), manifestOf(`services/${service}`));
  }
  for (const file of ['LICENSE', 'NOTICE']) copyFileSync(file, join(app, file));
  writeFileSync(join(app, 'THIRD-PARTY-LICENSES'), thirdPartyLicences(bundled));
  return [...bundled, ...copied, ...addSite(name, app)];
}

/**
 * The pages, for an image that has the gateway; gives back the packages in them.
 *
 * The model that finds hands in a camera's picture weighs as much as all models of the services: the image with everything in it has no
 * room for it, and its maze says that the camera is not there.
 */
function addSite(name: ImageName, app: string): InstalledPackage[] {
  if (name !== 'gateway' && name !== 'all') return [];
  const isWhole = name === 'gateway';
  cpSync('web/dist', join(app, 'web', 'dist'), { recursive: true, filter: (path) => isWhole || !basename(path).startsWith('hands-') });
  return isWhole ? [findPackage('web', '@mediapipe/hands')] : [];
}

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
if (out === '' || runtime === '') throw new Error('usage: node deploy/images/src/assemble.ts OUT RUNTIME');

const contents = new Map<ImageName, InstalledPackage[]>();
for (const name of imageNames) {
  mkdirSync(join(out, name), { recursive: true });
  contents.set(name, await assemble(name, join(out, name)));
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
