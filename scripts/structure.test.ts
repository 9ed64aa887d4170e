import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: readonly { name: string }[] };

/** Libraries that have one place, with a package that has them installed. */
const libraries: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'packages/inference',
  sharp: 'packages/imaging',
  '@julusian/jpeg-turbo': 'packages/imaging',
  express: 'packages/http',
  '@aws-sdk/client-s3': 'packages/object-store',
  ioredis: 'packages/redis',
  jose: 'services/gateway',
  undici: 'services/gateway',
  '@kubernetes/client-node': 'services/gateway',
  ws: 'packages/http',
};

/** One forbidden import a rule: the rule, the file that imports, and what it imports. */
const violations: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['below-contracts', 'packages/problem/src/a.ts', 'packages/config/src/target.ts'],
  ['below-experiment', 'packages/config/src/b.ts', 'packages/experiment/src/target.ts'],
  ['below-telemetry', 'packages/experiment/src/a.ts', 'packages/telemetry/src/target.ts'],
  ['below-imaging', 'packages/drift/src/a.ts', 'packages/imaging/src/target.ts'],
  ['below-http', 'packages/imaging/src/a.ts', 'packages/http/src/target.ts'],
  ['below-serving', 'packages/http/src/a.ts', 'packages/serving/src/target.ts'],
  ['no-cycles', 'packages/audit/src/a.ts', 'packages/audit/src/back.ts'],
  ['no-services-from-packages', 'packages/audit/src/b.ts', 'services/digit/src/target.ts'],
  ['no-service-from-another', 'services/gesture/src/a.ts', 'services/digit/src/target.ts'],
  ['models-know-no-http', 'packages/inference/src/a.ts', 'packages/http/src/target.ts'],
  ['gateway-loads-no-model', 'services/gateway/src/a.ts', 'packages/inference/src/target.ts'],
  ['client-runs-in-browsers', 'packages/client/src/a.ts', 'packages/problem/src/target.ts'],
  ['no-testkit-in-products', 'services/digit/src/b.ts', 'packages/testkit/src/target.ts'],
  ['web-takes-types-only', 'web/src/a.ts', 'packages/contracts/src/target.ts'],
  ['nothing-imports-web', 'scripts/a.ts', 'web/src/target.ts'],
  ['not-to-unresolvable', 'scripts/b.ts', 'no-such-package'],
];

const ruleOf = (library: string): string => `${library.replaceAll(/\W+/g, '-')}-in-its-place`;

describe('the structure rules', () => {
  const tree = mkdtempSync(join(tmpdir(), 'structure-'));
  afterAll(() => rmSync(tree, { recursive: true }));

  function write(path: string, text: string): void {
    const file = join(tree, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  it('covers every rule with a violation', () => {
    expect([...Object.keys(libraries).map(ruleOf), ...violations.map(([rule]) => rule)].toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });

  it('reports every violation', () => {
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json']) copyFileSync(join(root, file), join(tree, file));
    for (const [library, owner] of Object.entries(libraries)) {
      const link = join(tree, 'node_modules', library);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(root, owner, 'node_modules', library)), link);
      write(`packages/audit/src/${ruleOf(library)}.ts`, `import '${library}';\n`);
    }
    for (const [, from, to] of violations) {
      const specifier = to.includes('/') ? relative(dirname(from), to) : to;
      write(from, `import '${specifier.startsWith('.') || specifier === to ? '' : './'}${specifier}';\n`);
      if (to.endsWith('target.ts')) write(to, 'export {};\n');
    }
    write('packages/audit/src/back.ts', "import './a.ts';\n");

    const folders = readdirSync(tree).filter((name) => existsSync(join(root, name)) && !name.includes('.') && name !== 'node_modules');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', '-T', 'json', ...folders],
      { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (stdout === '') throw new Error(stderr);
    const { summary } = JSON.parse(stdout) as { summary: { violations: readonly { rule: { name: string } }[] } };
    expect([...new Set(summary.violations.map(({ rule }) => rule.name))].toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });
});
