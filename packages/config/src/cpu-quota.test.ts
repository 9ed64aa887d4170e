import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cpuQuota } from './cpu-quota.ts';

describe('cpuQuota', () => {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const under = (name: string, files: Record<string, string>): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name, path)), { recursive: true });
      writeFileSync(join(root, name, path), text);
    }
    return join(root, name);
  };

  it('reads cgroup v2, rounding a part of a CPU up', () => {
    expect(cpuQuota(under('v2', { 'cpu.max': '150000 100000\n' }), 64)).toBe(2);
    expect(cpuQuota(under('half', { 'cpu.max': '50000 100000\n' }), 64)).toBe(1);
    expect(cpuQuota(under('free', { 'cpu.max': 'max 100000\n' }), 64)).toBe(64);
  });

  it('reads cgroup v1', () => {
    expect(cpuQuota(under('v1', { 'cpu/cpu.cfs_quota_us': '300000', 'cpu/cpu.cfs_period_us': '100000' }), 64)).toBe(3);
    expect(cpuQuota(under('v1-free', { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000' }), 8)).toBe(8);
  });

  it('takes the host where there is no quota, and never more than it has', () => {
    expect(cpuQuota(join(root, 'nothing'), 4)).toBe(4);
    expect(cpuQuota(under('more', { 'cpu.max': '800000 100000' }), 4)).toBe(4);
  });
});
