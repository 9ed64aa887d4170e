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
  ['serving-below-task', 'packages/serving/src/settings/a.ts', 'packages/serving/src/task/target.ts'],
  ['serving-below-frames', 'packages/serving/src/task/a.ts', 'packages/serving/src/frames/target.ts'],
  ['serving-below-plane', 'packages/serving/src/observe/a.ts', 'packages/serving/src/plane/target.ts'],
  ['serving-below-rest', 'packages/serving/src/plane/a.ts', 'packages/serving/src/rest/target.ts'],
  ['serving-below-oip', 'packages/serving/src/rest/a.ts', 'packages/serving/src/oip/target.ts'],
  ['serving-folders-below-its-root', 'packages/serving/src/oip/a.ts', 'packages/serving/src/target.ts'],
  ['plane-knows-no-http', 'packages/serving/src/plane/b.ts', 'packages/http/src/target.ts'],
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

/** All ways in which a kind, a task or the data plane could come to know HTTP: the file that would, and what it imports. */
const waysToHttp: readonly (readonly [from: string, specifier: string])[] = [
  ['packages/serving/src/plane/package.ts', '../../../http/src/target.ts'],
  ['packages/serving/src/task/type.ts', '../../../http/src/target.ts'],
  ['packages/serving/src/observe/node.ts', 'node:http'],
  ['packages/serving/src/plane/bare.ts', 'https'],
  ['packages/serving/src/settings/framework.ts', 'express'],
  ['services/gesture/src/stream/socket.ts', 'ws'],
  ['services/detection/src/model/indirect.ts', '../helper.ts'],
];

const ruleOf = (library: string): string => `${library.replaceAll(/\W+/g, '-')}-in-its-place`;

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

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

  let found: readonly Violation[] = [];

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
    for (const [from, specifier] of waysToHttp) write(from, from.endsWith('type.ts') ? `import type {} from '${specifier}';\n` : `import '${specifier}';\n`);
    write('services/detection/src/helper.ts', "import '../../../packages/http/src/target.ts';\n");

    const folders = readdirSync(tree).filter((name) => existsSync(join(root, name)) && !name.includes('.') && name !== 'node_modules');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', '-T', 'json', ...folders],
      { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (stdout === '') throw new Error(stderr);
    const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
    found = summary.violations;
    expect([...new Set(found.map(({ rule }) => rule.name))].toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });

  it.each(waysToHttp)('reports that %s reaches %s', (file) => {
    expect(found.filter(({ rule, from }) => rule.name === 'plane-knows-no-http' && from === file)).not.toEqual([]);
  });
});
