import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budgetBytes, imageNames, sbomPath, type ImageName } from '../deploy/images/src/definition.ts';
import type { Engine } from './images/engine.ts';
import { exercise } from './images/exercise.ts';
import { findEngine } from './images/find-engine.ts';
import { findConfigFaults } from './images/inspect-config.ts';
import { inspectFiles } from './images/inspect-files.ts';

const usage = `usage: npm run images -- build|check|sbom|names [${imageNames.join('|')}] … [--gpu] [--write]

build   builds docker.io/library/facet-<name>:<version>; --gpu: on NVIDIA's CUDA image, tagged <version>-gpu
check   checks size and contents of each, and runs it as a restricted pod; --write: the sizes into deploy/README.md
sbom    writes dist/sbom/facet-<name>.cdx.json
names   prints the names of the images`;

/** NVIDIA's libraries for CUDA 12 and cuDNN 9, which ONNX Runtime's providers link. */
const gpuRuntime = 'docker.io/nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04';

/** Base of the images, where it is not the one that Dockerfile.base names: with a digest in a release. */
const nodeImage = process.env['NODE_IMAGE'];

const { version, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; devDependencies: Record<string, string> };

function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function tagOf(name: ImageName, gpu = false): string {
  return `docker.io/library/facet-${name}:${version}${gpu ? '-gpu' : ''}`;
}

/** What its package says that it is. */
function describe(name: ImageName): string {
  return (JSON.parse(readFileSync(join('services', name, 'package.json'), 'utf8')) as { description: string }).description;
}

function build(engine: Engine, names: readonly ImageName[], gpu: boolean): void {
  const labels = {
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': git('rev-parse', 'HEAD'),
    'org.opencontainers.image.created': git('log', '-1', '--format=%cI'),
  };
  for (const name of names) {
    const beganAt = performance.now();
    engine.build({
      tag: tagOf(name, gpu),
      buildArgs: { NAME: name, ...(nodeImage !== undefined && { NODE_IMAGE: nodeImage }), ...(gpu && { RUNTIME: gpuRuntime }) },
      labels: { ...labels, 'org.opencontainers.image.description': describe(name) },
    });
    console.log(`${tagOf(name, gpu)} built in ${((performance.now() - beganAt) / 1000).toFixed(0)} s`);
  }
}

/** What the products stand on may well be used in development too. */
function dependenciesOfProducts(): Set<string> {
  const manifests = globSync(['{packages,services}/*/package.json', 'web/package.json']).map(
    (path) => JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: object },
  );
  return new Set(['node', ...manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies))]);
}

const readme = join('deploy', 'README.md');

/** Puts what an image weighs into its row of the table. */
function writeWeight(name: ImageName, bytes: number): void {
  const row = new RegExp(`^(\\| \`facet-${name}\` \\|.*\\| )[\\d.]+ MB \\|$`, 'm');
  const text = readFileSync(readme, 'utf8');
  if (!row.test(text)) throw new Error(`${readme} has no row for facet-${name}`);
  writeFileSync(readme, text.replace(row, `$1${(bytes / 1e6).toFixed(1)} MB |`));
}

async function check(engine: Engine, names: readonly ImageName[], isToWrite: boolean): Promise<boolean> {
  const products = dependenciesOfProducts();
  const developing = Object.keys(devDependencies).filter((other) => !other.startsWith('@facet/') && !products.has(other));
  const rows: string[] = [];
  let sound = true;
  for (const name of names) {
    const tag = tagOf(name);
    const config = engine.inspect(tag);
    const { bytes, faults } = await engine.withFiles(tag, (root) => Promise.resolve(inspectFiles(name, root, developing)));
    const all = [...findConfigFaults(config, version), ...faults, ...(await exercise(engine, name, tag, config))];
    rows.push(`${`facet-${name}`.padEnd(16)} ${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${all.length === 0 ? 'ok' : 'FAIL'}`);
    for (const fault of all) console.error(`facet-${name}: ${fault}`);
    sound &&= all.length === 0;
    if (isToWrite) writeWeight(name, bytes);
  }
  console.log(`${rows.join('\n')}\n${'at most'.padEnd(16)} ${(budgetBytes / 1e6).toFixed(1).padStart(7)} MB`);
  return sound;
}

async function writeSboms(engine: Engine, names: readonly ImageName[]): Promise<void> {
  const folder = join('dist', 'sbom');
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const file = join(folder, `facet-${name}.cdx.json`);
    await engine.withFiles(tagOf(name), (root) => Promise.resolve(cpSync(join(root, sbomPath), file)));
    const { components } = JSON.parse(readFileSync(file, 'utf8')) as { components: unknown[] };
    console.log(`${file}: ${components.length} components`);
  }
}

async function main([command, ...rest]: readonly string[]): Promise<number> {
  const gpu = rest.includes('--gpu');
  const isToWrite = rest.includes('--write');
  const wanted = rest.filter((argument) => !['--gpu', '--write'].includes(argument));
  const names = wanted.length === 0 ? imageNames : imageNames.filter((name) => wanted.includes(name));
  if (!['build', 'check', 'sbom', 'names'].includes(command ?? '') || wanted.some((name) => !imageNames.some((known) => known === name))) {
    console.error(usage);
    return 2;
  }
  if (command === 'names') {
    console.log(names.join('\n'));
    return 0;
  }
  const engine = findEngine();
  if (command === 'build') build(engine, names, gpu);
  else if (command === 'sbom') await writeSboms(engine, names);
  else return (await check(engine, names, isToWrite)) ? 0 : 1;
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
