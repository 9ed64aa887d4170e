import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const workflows = globSync('.github/workflows/*.{yaml,yml}', { cwd: root });
const dockerfiles = globSync('{Dockerfile*,deploy/**/Dockerfile*}', { cwd: root, exclude: (path) => path.includes('node_modules') });

/** What a workflow uses without naming its commit and, for readers, its version. */
function unpinnedActions(text: string): string[] {
  const uses = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)(.*)$/gm)];
  return uses.flatMap(([, action = '', rest = '']) =>
    action.startsWith('./') || (/^[\w./-]+@[0-9a-f]{40}$/.test(action) && /^ # v\d+\.\d+\.\d+$/.test(rest)) ? [] : [action],
  );
}

/** Base images that have neither a digest nor an argument by which a release names one; stages of the same file have no need of it. */
function unpinnedBases(text: string): string[] {
  const stages = new Set<string>();
  return [...text.matchAll(/^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/gim)].flatMap(([, base = '', stage]) => {
    const isKnown = base === 'scratch' || stages.has(base) || base.startsWith('${') || /@sha256:[0-9a-f]{64}$/.test(base);
    if (stage !== undefined) stages.add(stage);
    return isKnown ? [] : [base];
  });
}

describe('the supply chain', () => {
  it('knows a pin when it sees one', () => {
    const commit = 'a'.repeat(40);
    expect(unpinnedActions(`      - uses: a/b@${commit} # v1.2.3\n      - uses: ./local\n`)).toEqual([]);
    expect(unpinnedActions(`- uses: a/b@v1\n  uses: a/b@main\n- uses: a/b@${commit}\n- uses: a/b@${'a'.repeat(7)} # v1.2.3\n`)).toHaveLength(4);
    expect(unpinnedBases(`FROM \${BASE} AS one\nFROM one AS two\nFROM scratch\nFROM a:1@sha256:${'b'.repeat(64)}`)).toEqual([]);
    expect(unpinnedBases('FROM debian:12 AS build\nFROM --platform=linux/amd64 node:24')).toEqual(['debian:12', 'node:24']);
  });

  it.each(workflows)('pins every action of %s by commit', (path) => expect(unpinnedActions(read(path))).toEqual([]));
  it.each(dockerfiles)('pins every base of %s', (path) => expect(unpinnedBases(read(path))).toEqual([]));

  it('builds images in workflows on a base with a digest', () => {
    const building = workflows.filter((path) => read(path).includes('npm run images -- build'));
    expect(building.length).toBeGreaterThan(1);
    for (const path of building) expect((parse(read(path)) as { env?: Record<string, string> }).env?.['NODE_IMAGE']).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  it('signs the images and the chart, and attests how images were built', () => {
    const { jobs } = parse(read('.github/workflows/release.yaml')) as {
      jobs: Record<string, { strategy?: { matrix: Record<string, string> }; steps: { uses?: string; run?: string }[] }>;
    };
    for (const job of ['images', 'chart']) expect(jobs[job]!.steps.some(({ run }) => run?.includes('cosign sign'))).toBe(true);
    const { strategy, steps } = jobs['provenance']!;
    expect(strategy?.matrix['image']).toContain(`needs.images.outputs.pushed`);
    expect(steps.some(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'))).toBe(true);
  });

  it('installs no release that is younger than three days, and proposes none', () => {
    expect((parse(read('pnpm-workspace.yaml')) as { minimumReleaseAge?: number }).minimumReleaseAge).toBeGreaterThanOrEqual(3 * 24 * 60);
    expect((JSON.parse(read('renovate.json')) as { minimumReleaseAge?: string }).minimumReleaseAge).toBe('3 days');
    expect(read('SECURITY.md')).toMatch(/Report a vulnerability[^]*Supported versions/);
  });
});
