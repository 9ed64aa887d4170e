import { runtimeTuningEnv, runtimeTuningFlags } from '@facet/config';
import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { userId } from './definition.ts';

const root = join(__dirname, '..', '..', '..');
const dockerfile = readFileSync(join(root, 'Dockerfile.base'), 'utf8');
const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Whether a build sees a file: the last rule that matches it or a folder above it decides. */
function isSent(path: string): boolean {
  const parts = path.split('/');
  const names = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const last = rules.findLast((rule) => {
    // Unlike Node's, Docker's `*` matches names that begin with a dot.
    const pattern = rule.replace(/^!/, '');
    return pattern === '*' || names.some((name) => name === pattern || matchesGlob(name, pattern));
  });
  return last === undefined || last.startsWith('!');
}

test.each([
  'pnpm-lock.yaml',
  'packages/http/src/docs.ts',
  'services/digit/src/main.ts',
  'deploy/images/src/assemble.ts',
  'models/digit/v1/model.onnx',
  'models/digit/v1/golden/input.png',
])('a build sees %s', (path) => {
  expect(isSent(path)).toBe(true);
});

test.each([
  '.env',
  '.git/config',
  'services/digit/.env',
  'services/digit/.env.production',
  'packages/http/server.key',
  'deploy/images/ca.pem',
  'deploy/compose/.env',
  'scripts/images.ts',
  'training/mlruns/0/meta.yaml',
  'node_modules/zod/index.js',
  'packages/http/node_modules/zod/index.js',
  'packages/http/dist/index.js',
  'packages/http/src/reply.test.ts',
  'services/digit/test/predict.test.ts',
  'models/digit/v1/confusion.png',
])('a build does not see %s', (path) => {
  expect(isSent(path)).toBe(false);
});

test('they run as a user by number, and arguments replace the script alone', () => {
  expect(dockerfile).toMatch(new RegExp(`^USER ${userId}:${userId}$`, 'm'));
  const entrypoint = JSON.stringify(['/usr/local/bin/node', ...runtimeTuningFlags]).replaceAll(',', ', ');
  expect(dockerfile).toContain(`\nENTRYPOINT ${entrypoint}\nCMD ["dist/main.js"]\n`);
});

test('they run the services as `npm start` does', () => {
  for (const [name, value] of Object.entries(runtimeTuningEnv)) expect(dockerfile).toContain(` ${name}=${value} `);
  expect(readFileSync(join(root, 'scripts', 'bootstrap.mjs'), 'utf8')).toContain(`[${runtimeTuningFlags.map((flag) => `'${flag}'`).join(', ')}]`);
});
