import { build } from 'esbuild';
import { resolve } from 'node:path';
import { imageNames, type ImageName } from './definition.ts';
import { packageOf, type InstalledPackage } from './installed-package.ts';
import { lostExports } from './lost-exports.ts';

/** Packages that stay packages, and who of us needs them: native ones, and those of which only files are served. */
const external: ReadonlyMap<string, string> = new Map([
  ['onnxruntime-node', 'packages/inference'],
  ['sharp', 'packages/imaging'],
  ['@julusian/jpeg-turbo', 'packages/imaging'],
  ['swagger-ui-dist', 'packages/http'],
  ['redoc', 'packages/http'],
]);

/** What to bundle, by where it goes below /app. */
function entries(name: ImageName): Record<string, string> {
  const own = { 'dist/main': `services/${name}/src/main.ts` };
  if (name === 'gateway') return own;
  // A session's worker is a file of its own, looked for beside the code that starts it; what a service has written down can be checked where it lies.
  const beside = { 'dist/worker': 'packages/inference/src/worker.ts', 'dist/audit': 'packages/audit/src/cli.ts' };
  if (name !== 'all') return { ...own, ...beside };
  const services = imageNames.filter((other) => other !== 'all').map((service) => [`dist/${service}/main`, `services/${service}/src/main.ts`] as const);
  return { ...own, ...beside, ...Object.fromEntries(services) };
}

export interface Bundle {
  /** Packages of which something is in the bundle, ours among them. */
  readonly bundled: readonly InstalledPackage[];
  /** Packages that have to lie beside it, and the folder from which each is seen. */
  readonly external: ReadonlyMap<string, string>;
}

/**
 * Compiles a service and all that it imports into a few files. Half of a package is for other module systems, bundlers or
 * compilers, or is never reached: what is left is a tenth, and is read sooner.
 *
 * @param directory what becomes /app
 * @throws {Error} when something that is loaded on demand would lose its exports
 */
export async function bundle(name: ImageName, directory: string): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: entries(name),
    outdir: directory,
    chunkNames: 'dist/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['source'],
    // One container watches no cluster: it names its services, and what only the watch would load stays out.
    external: [...external.keys(), ...(name === 'all' ? ['@kubernetes/client-node', 'undici'] : [])],
    minify: true,
    // A stack in a log should be readable.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    // CommonJS packages ask for Node's own modules by require.
    banner: { js: "import{createRequire as facetRequire}from'node:module';const require=facetRequire(import.meta.url);" },
  });
  const lost = lostExports(metafile);
  if (lost.length > 0)
    throw new Error(`${name}: import() keeps only the default export of ${lost.join(', ')}; import it statically in a file of ours, and import() that file`);
  const packages = Object.keys(metafile.inputs).map((input) => packageOf(resolve(input)));
  const bundled = new Map(packages.map((found) => [`${found.name}@${found.version}`, found]));
  const imported = new Set(Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  return {
    bundled: [...bundled.values()],
    // The last two are looked up by name when their pages are asked for.
    external: new Map(
      [...external].filter(([other, home]) => [...imported].some((path) => path === other || path.startsWith(`${other}/`)) || home === 'packages/http'),
    ),
  };
}
