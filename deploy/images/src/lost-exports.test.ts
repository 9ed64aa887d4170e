import type { Metafile } from 'esbuild';
import { lostExports } from './lost-exports.ts';

type Output = Metafile['outputs'][string];

const output = (entryPoint: string | undefined, exports: string[], loads: string[] = []): Output => ({
  bytes: 0,
  inputs: {},
  imports: loads.map((path) => ({ path, kind: 'dynamic-import' })),
  exports,
  ...(entryPoint !== undefined && { entryPoint }),
});

test('a CommonJS package behind import() is found; modules, our own files and known default exports are not', () => {
  const outputs = {
    'dist/main.js': output('services/gateway/src/main.ts', [], ['dist/a.js', 'dist/b.js', 'dist/c.js', 'dist/d.js', 'sharp']),
    'dist/a.js': output('node_modules/.pnpm/ioredis@6.0.0/node_modules/ioredis/built/index.js', ['default']),
    'dist/b.js': output('node_modules/.pnpm/x@1.0.0/node_modules/x/index.mjs', ['KubeConfig']),
    'dist/c.js': output('packages/redis/src/new-client.ts', ['default']),
    'dist/d.js': output('node_modules/.pnpm/express@5.3.0/node_modules/express/index.js', ['default']),
    'dist/e.js': output('node_modules/.pnpm/y@1.0.0/node_modules/y/index.js', ['default']),
  };
  expect(lostExports({ inputs: {}, outputs })).toEqual(['node_modules/.pnpm/ioredis@6.0.0/node_modules/ioredis/built/index.js']);
});
