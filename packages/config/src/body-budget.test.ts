import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyBudget, memoryLimit } from './body-budget.ts';

const MiB = 1024 ** 2;

describe('memoryLimit', () => {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  const inRoot = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(root, 'case-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), `${text}\n`);
    }
    return folder;
  };
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    ['cgroup v2', { 'memory.max': String(512 * MiB) }, 512],
    ['cgroup v2 without a limit', { 'memory.max': 'max' }, 8192],
    ['cgroup v1', { 'memory/memory.limit_in_bytes': String(256 * MiB) }, 256],
    ['cgroup v1 without a limit', { 'memory/memory.limit_in_bytes': '9223372036854771712' }, 8192],
    ['no cgroup', {}, 8192],
  ])('%s', (_what, files, expected) => expect(memoryLimit(inRoot(files), 8192 * MiB)).toBe(expected * MiB));
});

describe('bodyBudget', () => {
  it('is a quarter of the memory for all processes together, a gigabyte at most, unless it is set', () => {
    expect(bodyBudget(undefined, 1, 512 * MiB)).toBe(128 * MiB);
    expect(bodyBudget(undefined, 4, 512 * MiB)).toBe(32 * MiB);
    expect(bodyBudget(undefined, 2, 64 * 1024 * MiB)).toBe(512 * MiB);
    expect(bodyBudget(7 * MiB, 4, 512 * MiB)).toBe(7 * MiB);
  });
});
