import type { Metafile } from 'esbuild';

/**
 * CommonJS files that are loaded with `import()` all the same: their default export is all that is used of them, or, with the machine's
 * id that OpenTelemetry's host detector reads, nothing is.
 */
const harmless = [/\/node_modules\/express\/index\.js$/, /\/node_modules\/pino-pretty\/index\.js$/, /\/machine-id\/getMachineId-\w+\.js$/];

/**
 * Files of packages that a bundle loads with `import()` and of which it sees only the default export. Node finds the names that a CommonJS
 * package exports; esbuild, when it splits, does not: `const { Redis } = await import('ioredis')` is undefined in an image.
 */
export function lostExports({ outputs }: Metafile): string[] {
  const loaded = new Set(Object.values(outputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path)));
  return [...loaded].flatMap((path) => {
    const { entryPoint, exports = [] } = outputs[path] ?? {};
    const isLost = entryPoint !== undefined && exports.join() === 'default' && entryPoint.includes('node_modules/');
    return isLost && !harmless.some((known) => known.test(`/${entryPoint}`)) ? [entryPoint] : [];
  });
}
