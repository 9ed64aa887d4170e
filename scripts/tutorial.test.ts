import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

// Everything is compiled once more, and a model imported and served.
jest.setTimeout(600_000);

const root = join(__dirname, '..');
/** Folders that no file of a kind lies in, and that are large. */
const linked = ['examples', 'models', 'training', 'web'];
const left = ['.git', '.pnpm', '.cache', '.data', 'dist'];

/** The blocks of a section of CONTRIBUTING.md that are files (`file=PATH` behind the language), and those that change files. */
function readSection(heading: string): { files: Map<string, string>; changes: string[] } {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading))!;
  const blocks = [...section.matchAll(/^```(\w+)(?: file=(\S+))?\n([^]*?)^```$/gm)];
  const files = blocks.flatMap(([, , path, content]) => (path === undefined ? [] : [[path, content!] as const]));
  return { files: new Map(files), changes: blocks.flatMap(([, language, , content]) => (language === 'diff' ? [content!] : [])) };
}

describe('the tutorial on adding a kind', () => {
  const { files, changes } = readSection('Add a kind');
  const copy = mkdtempSync(join(tmpdir(), 'facet-tutorial-'));
  afterAll(() => rmSync(copy, { recursive: true }));

  function run(program: string, ...args: readonly string[]): void {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, encoding: 'utf8' });
    expect({ program, args, status, said: status === 0 ? '' : stdout + stderr }).toEqual({ program, args, status: 0, said: '' });
  }
  const installed = (name: string): string => join(copy, 'node_modules', '.bin', name);

  beforeAll(() => {
    for (const name of readdirSync(root)) {
      if (linked.includes(name)) symlinkSync(join(root, name), join(copy, name));
      else if (!left.includes(name))
        cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true, filter: (path) => !left.includes(basename(path)) });
    }
    // The links beside it lead to packages in here, and to those of the workspace, which are the copy's.
    symlinkSync(join(root, 'node_modules', '.pnpm'), join(copy, 'node_modules', '.pnpm'));
  });

  it('takes ten files', () => {
    expect(files.size + changes.length).toBe(10);
    for (const [path, content] of files) {
      expect(existsSync(join(copy, path))).toBe(false);
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), content);
    }
    for (const [index, change] of changes.entries()) {
      writeFileSync(join(copy, `${index}.diff`), change);
      run('git', 'apply', `${index}.diff`);
    }
    // What an installation links for any service.
    cpSync(join(root, 'services', 'classification', 'node_modules'), join(copy, 'services', 'plate', 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
    });
  });

  it('are formatted, and of the right types', () => {
    run(installed('oxfmt'), '--check', ...files.keys());
    run(installed('tsc'), '-p', 'tsconfig.json');
  });

  it('serve a prediction behind the gateway', () => run(installed('jest'), 'services/plate'));

  it('get a chart', () => {
    run(process.execPath, '--conditions=source', 'scripts/charts.ts');
    expect(readFileSync(join(copy, 'charts', 'plate', 'Chart.yaml'), 'utf8')).toContain('name: plate\n');
    expect(readFileSync(join(copy, 'charts', 'facet', 'Chart.yaml'), 'utf8')).toContain('- name: plate\n');
    expect(existsSync(join(copy, 'charts', 'facet', 'charts', 'plate', 'charts', 'common', 'Chart.yaml'))).toBe(true);
  });
});
